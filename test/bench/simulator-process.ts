/** The Graph simulator in a process of its own, so that the service's process time is the service's alone. Started by `openGraphProcess`. */
import { systemClock } from '../../src/app/system.ts';
import { type SimulatorServer, serveGraphSimulator } from '../../src/sandbox/graph-simulator/http-shell.ts';
import { createGraphSimulator, type GraphSimulator } from '../../src/sandbox/graph-simulator/simulator.ts';
import { addMailboxes, figuresOf, type Question } from './support/simulated-graph.ts';

let graph: GraphSimulator | null = null;
let server: SimulatorServer | null = null;

async function answer(question: Question): Promise<unknown> {
  if (question.ask === 'open') {
    graph = createGraphSimulator({ clock: systemClock, settings: question.settings });
    server = await serveGraphSimulator(graph);
    return { url: server.url, settings: graph.settings };
  }
  if (graph === null) throw new Error('The simulator was asked before it was opened.');
  if (question.ask === 'figures') return figuresOf(graph);
  if (question.ask === 'addMailboxes') addMailboxes(graph, question.addresses);
  else graph.metrics.reset();
  return {};
}

process.on('message', (question: Question) => void answer(question).then((reply) => process.send?.(reply)));
process.on('disconnect', () => process.exit());
