/** The filter line above a table. Enter applies and lets go of the focus, Esc clears; what is wrong is said below, the text stays. */
import { CircleX, Funnel, TriangleAlert } from 'lucide-react';
import { useId, useRef, useState, type FocusEvent } from 'react';
import { CompletingInput } from '../ui/CompletingInput.tsx';
import type { Complete } from '../ui/completion.ts';
import { elementOf } from '../ui/dom.ts';
import { grouped } from '../ui/numbers.ts';
import css from './Table.module.css';

interface FilterBoxProps {
  readonly label: string;
  readonly placeholder: string;
  /** The filter in force. */
  readonly applied: string;
  readonly error: string | null;
  readonly shown: number;
  readonly total: number;
  readonly complete: Complete;
  readonly onFilter: (text: string) => void;
}

export function FilterBox({ label, placeholder, applied, error, shown, total, complete, onFilter }: FilterBoxProps) {
  // What is typed belongs to the filter it was begun on: a snippet, clear_filter or another window may change that one.
  const [draft, setDraft] = useState({ applied, text: applied });
  if (draft.applied !== applied) setDraft({ applied, text: applied });
  const text = draft.applied === applied ? draft.text : applied;
  const input = useRef<HTMLInputElement>(null);
  const errorId = useId();
  const apply = (next: string): void => {
    setDraft({ applied, text: next });
    if (next.trim() !== applied.trim() || error !== null) onFilter(next);
    input.current?.blur();
  };
  return (
    <div className={css.filter}>
      <div className={css.filterLine}>
        <label className={`${css.filterBox} ${error === null ? '' : css.filterBad}`}>
          <Funnel size={13} strokeWidth={1.75} />
          <CompletingInput
            input={input}
            className={css.filterInput}
            aria-label={label}
            aria-invalid={error !== null}
            aria-describedby={error === null ? undefined : errorId}
            placeholder={placeholder}
            text={text}
            complete={complete}
            onText={(next) => setDraft({ applied, text: next })}
            onEnter={() => apply(text)}
            onEscape={() => apply('')}
            onFocus={releaseAtClick}
          />
          {text !== '' && (
            <button
              type="button"
              className={css.clear}
              aria-label="Clear filter"
              tabIndex={-1}
              onClick={() => apply('')}
            >
              <CircleX size={13} strokeWidth={1.75} />
            </button>
          )}
        </label>
        <span className={css.count}>
          {grouped(shown)} of {grouped(total)}
        </span>
      </div>
      {error !== null && (
        <p className={css.filterError} id={errorId} role="alert">
          <TriangleAlert size={12} />
          {error}
        </p>
      )}
    </div>
  );
}

/** A click anywhere else takes the focus from the field (spec/curation.md 3.4); buttons would leave it there, and Space would be a blank. */
function releaseAtClick({ currentTarget: field }: FocusEvent<HTMLInputElement>): void {
  const { ownerDocument } = field;
  const release = (event: globalThis.MouseEvent): void => {
    const target = elementOf(event.target);
    const isOwn =
      field.closest('label')?.contains(target) === true || (target?.closest('[role="listbox"]') ?? null) !== null;
    if (!isOwn) field.blur();
  };
  ownerDocument.addEventListener('mousedown', release, true);
  field.addEventListener('blur', () => ownerDocument.removeEventListener('mousedown', release, true), { once: true });
}
