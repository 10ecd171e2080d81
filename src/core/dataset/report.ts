import type { ElementType } from '../files/elements.ts';
import type { FileNote, FileStatus, OpenReport } from './dataset.ts';

/** Warnings come in this order; the first kind matters most. */
export type Concern = 'data' | 'params' | 'missing' | 'detail';
const concerns: readonly Concern[] = ['data', 'params', 'missing', 'detail'];

/** What an array consists of, as its header or params.py says. */
export interface ArrayFacts {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** Collects what opening finds, one note for each file. */
export class ReportBuilder {
  private readonly notes = new Map<string, FileNote>();
  private readonly sentences: { readonly concern: Concern; readonly sentence: string }[] = [];

  /** The last note on a file wins. */
  file(name: string, status: FileStatus, note = '', header?: ArrayFacts): void {
    const array = header === undefined ? {} : { dtype: header.type.name, shape: header.shape };
    this.notes.set(name, { name, status, ...array, note });
  }
  /** A file that was read although something was odd or had to be mended, with a warning. */
  repaired(name: string, sentence: string, header?: ArrayFacts): void {
    this.file(name, 'repaired', sentence, header);
    this.warn('data', sentence);
  }
  /** A file that is there but cannot be used, with a warning. */
  bad(name: string, sentence: string): void {
    this.file(name, 'bad', sentence);
    this.warn('data', sentence);
  }
  warn(concern: Concern, sentence: string): void {
    if (!this.sentences.some((other) => other.sentence === sentence)) this.sentences.push({ concern, sentence });
  }
  has(name: string): boolean {
    return this.notes.has(name);
  }
  build(): OpenReport {
    const warnings = concerns.flatMap((concern) =>
      this.sentences.filter((item) => item.concern === concern).map((item) => item.sentence),
    );
    return { files: [...this.notes.values()], warnings };
  }
}
