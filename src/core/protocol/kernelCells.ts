/** What becomes of a cell when it prints or shows something: the same rule in the program and in its windows. */
import type { CellOutput, KernelCell, OutputEvent } from './kernel.ts';

/** Characters of one printed text at most; what comes later is left out. */
const MOST_TEXT = 1_000_000;
const LEFT_OUT = '\n… the rest of the output is left out.\n';

/** A cell after one more output. */
export function withOutput(cell: KernelCell, event: OutputEvent): KernelCell {
  if (event.kind === 'clear') return event.wait ? { ...cell, clears: true } : { ...cell, outputs: [], clears: false };
  const before = cell.clears ? [] : cell.outputs;
  return { ...cell, outputs: outputsAfter(before, event), clears: false };
}

function outputsAfter(
  before: readonly CellOutput[],
  event: Exclude<OutputEvent, { kind: 'clear' }>,
): readonly CellOutput[] {
  if (event.kind === 'stream') return withText(before, event);
  if (event.kind === 'error') return [...before, event];
  const { isUpdate, ...data } = event;
  if (!isUpdate) return [...before, data];
  return before.map((each) =>
    each.kind === 'data' && each.display !== null && each.display === data.display
      ? { ...each, data: data.data }
      : each,
  );
}

function withText(
  before: readonly CellOutput[],
  event: OutputEvent & { readonly kind: 'stream' },
): readonly CellOutput[] {
  const last = before.at(-1);
  if (last?.kind !== 'stream' || last.name !== event.name) {
    return [...before, { ...event, text: overwritten(bounded(event.text)) }];
  }
  if (last.text.endsWith(LEFT_OUT)) return before;
  return [...before.slice(0, -1), { ...last, text: overwritten(bounded(last.text + event.text)) }];
}

const bounded = (all: string): string => (all.length > MOST_TEXT ? `${all.slice(0, MOST_TEXT)}${LEFT_OUT}` : all);

/** A carriage return begins the line anew, as progress bars mean it. */
function overwritten(all: string): string {
  if (!all.includes('\r')) return all;
  return all.replaceAll('\r\n', '\n').replaceAll(/[^\n]*\r(?=[^\n])/g, '');
}
