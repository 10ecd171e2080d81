import { PhyError } from '../../core/base/errors.ts';

/** What an error says to the person; a defect of ours says what it is. */
export function sentenceOf(error: unknown): string {
  if (error instanceof PhyError) return error.message;
  return `This is a defect of phy: ${error instanceof Error ? error.message : String(error)}`;
}
