/**
 * A text field with suggestions below it while something is typed. Arrow keys walk through them, Tab takes one (the first, if none is
 * marked), Enter takes the marked one or else means what Enter means in the field; Esc takes the mark away first.
 */
import {
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type FocusEvent,
  type InputHTMLAttributes,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { createPortal } from 'react-dom';
import { completed, type Complete, type Completion, type Suggestion } from './completion.ts';
import { useContainer } from './container.ts';
import css from './CompletingInput.module.css';

type Passed = Pick<
  InputHTMLAttributes<HTMLInputElement>,
  'className' | 'placeholder' | 'aria-label' | 'aria-invalid' | 'aria-describedby'
>;

interface CompletingInputProps extends Passed {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly text: string;
  /** Without it, an ordinary text field. */
  readonly complete?: Complete | undefined;
  readonly onText: (text: string) => void;
  readonly onEnter?: () => void;
  readonly onEscape?: () => void;
  readonly onFocus?: (event: FocusEvent<HTMLInputElement>) => void;
  /** First to get the focus in a dialog. */
  readonly autoFocused?: boolean;
}

const MOST = 50;

export function CompletingInput(props: CompletingInputProps) {
  const { input, text, complete, onText, onEnter, onEscape, onFocus, autoFocused = false, ...passed } = props;
  // Where the caret was at the last change; null while nothing is offered.
  const [caret, setCaret] = useState<number | null>(null);
  const [marked, setMarked] = useState(-1);
  const caretToSet = useRef<number | null>(null);
  const listId = useId();
  const completion = caret === null ? null : (complete?.(text, Math.min(caret, text.length)) ?? null);
  const suggestions = completion?.suggestions.slice(0, MOST) ?? [];
  const isOpen = suggestions.length > 0;

  // The caret goes behind what was taken once the field shows it.
  useLayoutEffect(() => {
    const at = caretToSet.current;
    caretToSet.current = null;
    if (at !== null) input.current?.setSelectionRange(at, at);
  });

  const offer = (at: number | null): void => {
    setCaret(at);
    setMarked(-1);
  };
  const take = (from: Completion | null, suggestion: Suggestion | undefined): void => {
    if (from === null || suggestion === undefined) return;
    const next = completed(text, from, suggestion);
    onText(next.text);
    offer(next.caret);
    caretToSet.current = next.caret;
  };
  const mark = (step: 1 | -1): void => {
    if (!isOpen) return offer(input.current?.selectionStart ?? text.length);
    // One place more than there are suggestions: none is marked.
    const places = suggestions.length + 1;
    setMarked(((marked + 1 + step + places) % places) - 1);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey || event.nativeEvent.isComposing) return;
    const isBare = !event.ctrlKey && !event.shiftKey;
    if (event.key === 'Enter' && marked >= 0) take(completion, suggestions[marked]);
    else if (event.key === 'Enter' && onEnter !== undefined) {
      offer(null);
      onEnter();
    } else if (event.key === 'Escape' && isOpen && (marked >= 0 || onEscape === undefined)) offer(null);
    else if (event.key === 'Escape' && onEscape !== undefined) {
      offer(null);
      onEscape();
    } else if (event.key === 'Tab' && isBare && isOpen) take(completion, suggestions[Math.max(marked, 0)]);
    else if (event.key === 'ArrowDown' && isBare) mark(1);
    else if (event.key === 'ArrowUp' && isBare && isOpen) mark(-1);
    else if (event.key === ' ' && event.ctrlKey) offer(input.current?.selectionStart ?? text.length);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <input
        {...passed}
        ref={input}
        {...(complete === undefined ? {} : { role: 'combobox', 'aria-expanded': isOpen, 'aria-autocomplete': 'list' })}
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={marked < 0 ? undefined : `${listId}-${marked}`}
        data-autofocus={autoFocused ? '' : undefined}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onFocus={onFocus}
        onBlur={() => offer(null)}
        onChange={(event) => {
          onText(event.target.value);
          offer(event.target.selectionStart);
        }}
        onKeyDown={onKeyDown}
      />
      {isOpen && (
        <Suggestions
          id={listId}
          below={input}
          suggestions={suggestions}
          marked={marked}
          onTake={(suggestion) => take(completion, suggestion)}
        />
      )}
    </>
  );
}

interface SuggestionsProps {
  readonly id: string;
  readonly below: RefObject<HTMLElement | null>;
  readonly suggestions: readonly Suggestion[];
  readonly marked: number;
  readonly onTake: (suggestion: Suggestion) => void;
}

function Suggestions({ id, below, suggestions, marked, onTake }: SuggestionsProps) {
  const container = useContainer() ?? document.body;
  const list = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number; minWidth: number } | null>(null);
  useLayoutEffect(() => {
    const field = below.current;
    const box = field?.parentElement?.getBoundingClientRect();
    if (field === null || box === undefined) return;
    const bottom = Math.max(box.bottom, field.getBoundingClientRect().bottom);
    const set = (): void => setPlace({ left: box.left, top: bottom + 2, minWidth: Math.min(box.width, 320) });
    set();
  }, [below]);
  useLayoutEffect(() => {
    list.current?.children[marked]?.scrollIntoView({ block: 'nearest' });
  }, [marked]);
  return createPortal(
    <div ref={list} id={id} role="listbox" aria-label="Suggestions" className={css.list} style={place ?? HIDDEN}>
      {suggestions.map((suggestion, index) => (
        <div
          key={suggestion.label}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === marked}
          className={`${css.option} ${index === marked ? css.marked : ''}`}
          // The field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(suggestion)}
        >
          <span className={css.label}>{suggestion.label}</span>
          <span className={css.detail}>{suggestion.detail}</span>
        </div>
      ))}
    </div>,
    container,
  );
}

const HIDDEN = { visibility: 'hidden' } as const;
