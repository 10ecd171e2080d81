/** Parts of the two dialogs that list actions: the search line, the choice of a place, groups of rows. */
import { ListFilter, Search, TriangleAlert } from 'lucide-react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { keyLabel } from '../ui/keyLabel.ts';
import { useDesk } from './desk.ts';
import css from './ActionList.module.css';

interface SearchLineProps {
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Names of the places there are, and the chosen one; null for all. */
  readonly scopes: readonly string[];
  readonly scope: string | null;
  readonly onScope: (scope: string | null) => void;
  readonly count: number;
  readonly children?: ReactNode;
}

/** The field has the focus from the first moment, and what was typed before that. */
export function SearchLine(props: SearchLineProps) {
  const { label, placeholder, text, onText, scopes, scope, onScope, count, children } = props;
  const desk = useDesk();
  return (
    <div className={css.line}>
      <label className={css.search}>
        <Search size={14} strokeWidth={1.75} />
        <input
          data-autofocus
          className={css.input}
          aria-label={label}
          placeholder={placeholder}
          value={text}
          spellCheck={false}
          autoComplete="off"
          onFocus={() => onText(text === '' ? desk.ui.getState().typed : text)}
          onChange={(event) => onText(event.target.value)}
        />
        <span>{count}</span>
      </label>
      <label className={css.scope}>
        <ListFilter size={14} strokeWidth={1.75} />
        <select
          className={css.select}
          aria-label="Where"
          value={scope ?? ''}
          onChange={(event) => onScope(event.target.value === '' ? null : event.target.value)}
        >
          <option value="">Everywhere</option>
          {scopes.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {children}
    </div>
  );
}

/** Keys side by side, as they stand on the keyboard. */
export function Keys({ keys, changed }: { readonly keys: readonly string[]; readonly changed: boolean }) {
  return (
    <span className={css.keys}>
      {keys.map((key) => (
        <kbd key={key} className={`${css.key} ${changed ? css.changed : ''}`}>
          {keyLabel(key)}
        </kbd>
      ))}
    </span>
  );
}

/** A sentence that needs a look, with what can be done about it. */
export function Strip({ text, children }: { readonly text: string; readonly children?: ReactNode }) {
  return (
    <div className={css.strip} role="alert">
      <TriangleAlert size={14} />
      <p>{text}</p>
      {children}
    </div>
  );
}

/** Scrolls the list with the keys of a page while the search line has the focus; true when the key did. */
export function scrollWithKeys(list: RefObject<HTMLElement | null>, event: KeyboardEvent): boolean {
  const element = list.current;
  if (element === null || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return false;
  const page = element.clientHeight * 0.9;
  const steps: Readonly<Record<string, number>> = { ArrowDown: 40, ArrowUp: -40, PageDown: page, PageUp: -page };
  const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
  if (step === undefined || event.target instanceof HTMLSelectElement) return false;
  element.scrollTop += step;
  event.preventDefault();
  return true;
}
