/**
 * Routing as the Functions host does it (ASP.NET route templates, `WebJobsRouter`), on find-my-way:
 * no case, no trailing slash, `{id}`, `{id?}`, `{id:int}`, `{*rest}`; literals before constrained before plain parameters.
 * A known path with another method answers 404, HEAD included (Azure/azure-functions-host #10098, #11625).
 */
import createRouter from 'find-my-way';

export interface HttpRoute {
  readonly functionName: string;
  /** Template without a leading slash, as registered, prefix included. */
  readonly template: string;
  readonly methods: readonly string[];
}

export interface RouteMatch {
  readonly functionName: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface RouteTable {
  find(method: string, pathname: string): RouteMatch | null;
}

/** Longest path parameter; Outlook event ids take about 150 characters. */
const MAX_PARAMETER_LENGTH = 4096;

const CONSTRAINTS: Readonly<Record<string, string>> = {
  int: '^-?\\d{1,10}$',
  long: '^-?\\d{1,19}$',
  alpha: '^[A-Za-z]+$',
  bool: '^(true|false|True|False)$',
  guid: '^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$',
};

/** Builds the table; throws an Error on a template the sandbox does not know and on two functions with the same route. */
export function createRouteTable(routes: readonly HttpRoute[]): RouteTable {
  const router = createRouter({
    caseSensitive: false,
    ignoreTrailingSlash: true,
    maxParamLength: MAX_PARAMETER_LENGTH,
  });
  const method = (name: string) => name.toUpperCase() as createRouter.HTTPMethod;
  for (const route of routes) {
    const { paths, catchAll } = toRouterPaths(route.template);
    try {
      const store = { functionName: route.functionName, catchAll };
      for (const path of paths) router.on(route.methods.map(method), path, () => undefined, store);
    } catch (error) {
      throw new Error(
        `Function "${route.functionName}": the route "${route.template}" cannot be served: ${(error as Error).message}`,
      );
    }
  }

  return {
    find(name, pathname) {
      // ASP.NET decodes a path except for its slashes: %2F stays as it is.
      const found = router.find(method(name), pathname.replace(/%2f/gi, '%252F'));
      if (found === null) return null;
      const { functionName, catchAll } = found.store as { functionName: string; catchAll: string | null };
      const params: Record<string, string> = {};
      for (const [key, value] of Object.entries(found.params)) {
        if (value !== undefined && value !== '') params[key === '*' && catchAll !== null ? catchAll : key] = value;
      }
      return { functionName, params };
    },
  };
}

function toRouterPaths(template: string): { paths: string[]; catchAll: string | null } {
  let catchAll: string | null = null;
  const segments = template.split('/').map((segment) => {
    const parameter = /^\{(.+)\}$/.exec(segment)?.[1];
    if (parameter === undefined) {
      if (/[{}]/.test(segment))
        throw new Error(`Route "${template}": a parameter must be a whole segment in the sandbox`);
      return segment.replaceAll(':', '::');
    }
    const star = /^\*{1,2}([A-Za-z_]\w*)$/.exec(parameter)?.[1];
    if (star === undefined) return toRouterParameter(parameter, template);
    catchAll = star;
    return '*';
  });
  const path = `/${segments.join('/')}`;
  // A catch-all matches nothing, too.
  return { paths: catchAll === null ? [path] : [path, path.slice(0, -2) || '/'], catchAll };
}

function toRouterParameter(parameter: string, template: string): string {
  const [, name, constraint, optional] = /^([A-Za-z_]\w*)(?::([^?=]+))?(\?)?$/.exec(parameter) ?? [];
  if (name === undefined) throw new Error(`Route "${template}": {${parameter}} is not known to the sandbox`);
  if (constraint === undefined) return `:${name}${optional ?? ''}`;
  const pattern = CONSTRAINTS[constraint] ?? /^regex\((.+)\)$/.exec(constraint)?.[1];
  if (pattern === undefined)
    throw new Error(`Route "${template}": constraint "${constraint}" is not known to the sandbox`);
  return `:${name}(${pattern})${optional ?? ''}`;
}
