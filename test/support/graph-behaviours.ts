/**
 * Behaviours of Microsoft Graph that the simulator imitates, each declared together with its test. The page
 * docs/simulated-graph.md is made of these declarations, so it cannot list what nothing proves.
 */
export interface Behaviour {
  /** Unique, `area-number`. */
  readonly id: string;
  readonly behaviour: string;
  /** Section of the Graph facts and the page, issue or report behind it. */
  readonly source: string;
  /** `confirmed` by Microsoft's own documents or metadata, seen by others in the `field`, or our strictest guess. */
  readonly standing: 'confirmed' | 'field report' | 'unconfirmed';
}

export interface ListedBehaviour extends Behaviour {
  readonly area: string;
}

type Declare = (behaviour: Behaviour, proof: () => Promise<void>) => void;

/** Set while the page is written: then declarations are listed, not run. */
let listing: ListedBehaviour[] | null = null;

/** The declaring function of one test file. */
export function behavioursOf(area: string): Declare {
  return (behaviour, proof) => {
    if (listing) listing.push({ area, ...behaviour });
    else test(`${behaviour.id}: ${behaviour.behaviour}`, proof);
  };
}

/** The behaviours declared while `load` imports test files. */
export async function listBehaviours(load: () => Promise<void>): Promise<readonly ListedBehaviour[]> {
  listing = [];
  try {
    await load();
    return listing;
  } finally {
    listing = null;
  }
}
