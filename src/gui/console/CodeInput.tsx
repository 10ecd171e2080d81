/**
 * The field of a console: several lines, completion, history. Enter runs a complete statement and else begins a new line, as Shift+Enter
 * always does; Tab completes; the arrow keys at the first and last line go through what was run before. No key gets out of it.
 */
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import css from './Console.module.css';
import type { History } from './history.ts';

export interface Candidate {
  readonly label: string;
  /** Signature and what it is. */
  readonly detail: string;
}
/** What may stand instead of the text between `start` and `end`. */
export interface Candidates {
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly Candidate[];
}

export interface CodeInputHandle {
  focus(): void;
}

interface CodeInputProps {
  readonly ref?: Ref<CodeInputHandle>;
  /** Beside the first line: `In [3]:`. */
  readonly prompt: string;
  readonly label: string;
  readonly history: History;
  /** Blanks of one step of indentation. */
  readonly indent: number;
  readonly disabled?: boolean;
  readonly placeholder?: string;
  /** On the right of the field. */
  readonly children?: ReactNode;
  /** What may stand at the caret; null when that is not known. */
  readonly complete: (code: string, caret: number) => Promise<Candidates | null>;
  /** What is known of the thing at the caret. */
  readonly inspect: (code: string, caret: number) => Promise<string>;
  /** Whether Enter runs the code, else the blanks that the next line begins with. */
  readonly isComplete: (code: string) => Promise<{ readonly complete: boolean; readonly indent: string }>;
  readonly onRun: (code: string) => void;
  readonly onInterrupt: () => void;
  readonly onClear: () => void;
}

interface Popup extends Candidates {
  readonly marked: number;
  /** The text it was asked for. */
  readonly code: string;
}

const MOST_SHOWN = 200;
const MOST_LINES = 16;

export function CodeInput(props: CodeInputProps) {
  const { prompt, label, history, indent, disabled = false, placeholder = '', children, ref } = props;
  const { complete, inspect, isComplete, onRun, onInterrupt, onClear } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const [code, setCode] = useState('');
  const [popup, setPopup] = useState<Popup | null>(null);
  const [about, setAbout] = useState('');
  const caretToSet = useRef<number | null>(null);
  // What is typed while a question is on its way makes its answer worthless.
  const asked = useRef(0);
  const listId = useId();

  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus({ preventScroll: true }) }), []);
  useLayoutEffect(() => {
    const at = caretToSet.current;
    caretToSet.current = null;
    if (at !== null) field.current?.setSelectionRange(at, at);
  });

  const write = (text: string, caret = text.length): void => {
    asked.current += 1;
    setCode(text);
    setPopup(null);
    setAbout('');
    caretToSet.current = caret;
  };
  const insert = (text: string): void => {
    const { selectionStart = code.length, selectionEnd = code.length } = field.current ?? {};
    write(code.slice(0, selectionStart) + text + code.slice(selectionEnd), selectionStart + text.length);
  };
  const take = (from: Popup, candidate: Candidate | undefined): void => {
    if (candidate === undefined) return;
    write(code.slice(0, from.start) + candidate.label + code.slice(from.end), from.start + candidate.label.length);
  };
  const offer = async (caret: number): Promise<void> => {
    const question = ++asked.current;
    const found = await complete(code, caret);
    if (question !== asked.current || found === null || found.candidates.length === 0) return;
    const shown = { ...found, candidates: found.candidates.slice(0, MOST_SHOWN), code, marked: 0 };
    if (found.candidates.length === 1) take(shown, found.candidates[0]);
    else setPopup(shown);
  };
  const explain = async (caret: number): Promise<void> => {
    const question = ++asked.current;
    const text = await inspect(code, caret);
    if (question === asked.current) setAbout(text === '' ? 'Nothing is known about it.' : text);
  };
  const run = (): void => {
    if (disabled) return;
    write('');
    if (code.trim() === '') return;
    history.add(code);
    onRun(code);
  };
  const enter = async (caret: number): Promise<void> => {
    if (code.trim() === '') return write('');
    if (code.includes('\n') && code.slice(caret).trim() !== '') return insert('\n');
    const question = ++asked.current;
    const verdict = await isComplete(code);
    if (question !== asked.current) return;
    if (verdict.complete) run();
    else insert(`\n${verdict.indent}`);
  };
  const recall = (direction: -1 | 1): boolean => {
    const entry = history.step(direction, code);
    if (entry !== null) write(entry);
    return entry !== null;
  };

  const inPopup = (event: KeyboardEvent, open: Popup): boolean => {
    const { marked, candidates } = open;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      const wrapped = (marked + step + candidates.length) % candidates.length;
      const bounded = Math.max(0, Math.min(candidates.length - 1, marked + step));
      setPopup({ ...open, marked: Math.abs(step) === 1 ? wrapped : bounded });
    } else if (event.key === 'Enter' || event.key === 'Tab') take(open, candidates[marked]);
    else if (event.key === 'Escape') setPopup(null);
    else return false;
    return true;
  };
  const inText = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    const { selectionStart: caret, selectionEnd } = event.currentTarget;
    const isBare = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
    const before = code.slice(0, caret);
    if (event.key === 'Enter') {
      if (event.ctrlKey || event.metaKey) run();
      else if (event.shiftKey) insert(`\n${/^ */.exec(before.slice(before.lastIndexOf('\n') + 1))?.[0] ?? ''}`);
      else void enter(caret);
    } else if (event.key === 'Tab' && event.shiftKey && code !== '') void explain(caret);
    else if (event.key === 'Tab' && isBare && code !== '') {
      if (/\S$/.test(before)) void offer(caret);
      else insert(' '.repeat(indent));
    } else if (event.key === ' ' && event.ctrlKey) void offer(caret);
    else if (event.key === 'ArrowUp' && isBare && !before.includes('\n')) return recall(-1);
    else if (event.key === 'ArrowDown' && isBare && !code.slice(caret).includes('\n')) return recall(1);
    else if (event.key === 'Backspace' && isBare && caret === selectionEnd && isIndented(before, indent)) {
      write(code.slice(0, caret - indent) + code.slice(caret), caret - indent);
    } else if (event.key === 'c' && event.ctrlKey && caret === selectionEnd && noneSelected(event)) {
      if (code !== '') write('');
      onInterrupt();
    } else if (event.key === 'l' && event.ctrlKey) onClear();
    else if (event.key === 'Escape') {
      if (about !== '') setAbout('');
      else event.currentTarget.blur();
    } else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const taken = (popup !== null && inPopup(event, popup)) || inText(event);
    if (taken || isOfBrowser(event)) event.preventDefault();
  };

  const lines = Math.min(MOST_LINES, code.split('\n').length);
  return (
    <div className={css.entry}>
      {popup !== null && <Candidates id={listId} popup={popup} onTake={(candidate) => take(popup, candidate)} />}
      {about !== '' && <pre className={css.about}>{about}</pre>}
      <span className={css.prompt}>{prompt}</span>
      <textarea
        ref={field}
        className={css.field}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={popup === null ? undefined : listId}
        aria-activedescendant={popup === null ? undefined : `${listId}-${popup.marked}`}
        placeholder={placeholder}
        readOnly={disabled}
        rows={lines}
        value={code}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={(event) => {
          asked.current += 1;
          setCode(event.target.value);
          setAbout('');
          const { selectionStart: caret } = event.target;
          if (popup !== null) narrow(popup, event.target.value, caret, setPopup);
        }}
        onBlur={() => setPopup(null)}
        onKeyDown={onKeyDown}
      />
      {children}
    </div>
  );
}

/** While one types on, the list keeps what still begins with it. */
function narrow(popup: Popup, code: string, caret: number, set: (popup: Popup | null) => void): void {
  const word = code.slice(popup.start, caret);
  const candidates = popup.candidates.filter(({ label }) => label.startsWith(word));
  const goesOn = caret > popup.start && candidates.length > 0 && code.length > popup.code.length;
  set(goesOn ? { ...popup, candidates, marked: 0, end: caret, code } : null);
}

const isIndented = (before: string, indent: number): boolean => {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return line.length >= indent && /^ +$/.test(line);
};

const noneSelected = (event: KeyboardEvent): boolean =>
  (event.currentTarget.ownerDocument.getSelection()?.toString() ?? '') === '';

/** What the browser would do with these is never wanted while one writes code. */
const isOfBrowser = (event: KeyboardEvent): boolean =>
  (event.ctrlKey || event.metaKey) &&
  !event.shiftKey &&
  !event.altKey &&
  'sopdghjuek'.includes(event.key.toLowerCase());

interface CandidatesProps {
  readonly id: string;
  readonly popup: Popup;
  readonly onTake: (candidate: Candidate) => void;
}

function Candidates({ id, popup, onTake }: CandidatesProps) {
  const list = useRef<HTMLDivElement>(null);
  const { candidates, marked } = popup;
  // Whole for the marked one: in the list there may be no room for it.
  const detail = candidates[marked]?.detail ?? '';
  useLayoutEffect(() => {
    list.current?.children[marked]?.scrollIntoView({ block: 'nearest' });
  }, [marked]);
  return (
    <div className={css.candidates}>
      <div ref={list} id={id} role="listbox" aria-label="Completions" className={css.list}>
        {candidates.map((candidate, index) => (
          <div
            key={candidate.label}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === marked}
            className={`${css.candidate} ${index === marked ? css.marked : ''}`}
            // The field keeps the focus.
            onMouseDown={(event) => {
              event.preventDefault();
              onTake(candidate);
            }}
          >
            <span className={css.candidateLabel}>{candidate.label}</span>
            <span className={css.candidateDetail}>{candidate.detail}</span>
          </div>
        ))}
      </div>
      {detail !== '' && <div className={css.detail}>{detail}</div>}
    </div>
  );
}
