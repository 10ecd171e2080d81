/** What the opening report says beside the list of files. Pure. */
import type { FileNote, FileStatus } from '../../core/dataset/dataset.ts';
import type { DatasetSummary } from '../../core/protocol/messages.ts';

/** What the window shows differently because a part of the dataset is not there. */
export function reportNotes({ has }: Pick<DatasetSummary, 'has'>): readonly string[] {
  if (has.templates) return [];
  return [
    'Without templates.npy no cluster has a best channel: the columns ch, amp and depth hold the same for all of them (channel 0, 0.00 ' +
      'and the depth of channel 0) and say nothing.',
  ];
}

const ORDER: Readonly<Record<FileStatus, number>> = { bad: 0, missing: 1, repaired: 2, read: 4, ignored: 5 };
const READ_WITH_NOTE = 3;

/** Files as found, those that need a look before those that are as they should be. */
export function unusualFirst(files: readonly FileNote[]): readonly FileNote[] {
  return [...files].sort((a, b) => placeOf(a) - placeOf(b));
}

const placeOf = ({ status, note }: FileNote): number =>
  status === 'read' && note !== '' ? READ_WITH_NOTE : ORDER[status];
