/**
 * The line for snippets, in the status bar's place: what can be typed is listed above with what the command does, errors are said here and
 * the text stays.
 */
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { splitSnippet } from '../../core/actions/index.ts';
import { sentenceOf } from '../../core/base/errors.ts';
import { useClient, useMirror } from '../client/hooks.ts';
import { useFocusBack } from '../ui/focusBefore.ts';
import { findCommand } from './command.ts';
import { everyCommand } from './commands.ts';
import { useDesk, useUi } from './desk.ts';
import { clustersTyped, cycle, describe, recall, remember, suggest, whyUnknown, type Cycle } from './snippetLogic.ts';
import { vocabularyOf } from './vocabulary.ts';
import css from './SnippetBar.module.css';

const HISTORY_KEY = 'snippet_history';

function useHistory(): readonly [readonly string[], (text: string) => void] {
  const client = useClient();
  const kept = client.kept('user')[HISTORY_KEY];
  const history = Array.isArray(kept) ? kept.filter((entry) => typeof entry === 'string') : [];
  return [history, (text) => client.keep('user', HISTORY_KEY, remember(history, text))];
}

/** The same key once more, for whoever listens now. */
function sameKey({ key, code, ctrlKey, shiftKey, altKey, metaKey }: KeyboardEvent): Event {
  const init = { key, code, ctrlKey, shiftKey, altKey, metaKey, bubbles: true, cancelable: true };
  return new globalThis.KeyboardEvent('keydown', init);
}

/** Ids that stay as they are typed for so long may be all. */
const TYPED_MS = 60;

export function SnippetBar() {
  const desk = useDesk();
  const [history, addToHistory] = useHistory();
  const text = useUi((ui) => ui.typed);
  const setText = (next: string): void => desk.ui.setState({ typed: next });
  const [completing, setCompleting] = useState<Cycle | null>(null);
  const [place, setPlace] = useState(0);
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const snapshot = useMirror((mirror) => mirror.snapshot);
  const rows = useMirror((mirror) => mirror.rows);
  const giveFocusBack = useFocusBack(desk.windowInUse().document);
  useEffect(() => input.current?.focus(), []);
  const commands = desk.commands();
  const suggestions = suggest(completing?.base ?? text, commands, vocabularyOf({ snapshot, rows }));
  const described = describe(text, commands);

  useEffect(() => {
    const clusters = clustersTyped(text, commands);
    const timer = clusters.length === 0 ? undefined : setTimeout(() => desk.client.expect(clusters), TYPED_MS);
    return () => clearTimeout(timer);
  }, [text, commands, desk]);

  const close = (): void => desk.ui.setState({ snippet: false });
  const change = (next: string): void => {
    setText(next);
    setTyped(next);
    setPlace(0);
    setCompleting(null);
    setError(null);
  };
  // Keys that come while the command runs are meant for what it leaves: they wait for it, and are dropped when it fails.
  const waiting = useRef<KeyboardEvent[] | null>(null);
  const run = async (): Promise<void> => {
    const snippet = splitSnippet(text);
    if (snippet === undefined) return close();
    const command = findCommand(commands, snippet.name, desk.ui.getState().activePanel);
    if (command === undefined) return setError(whyUnknown(snippet.name, everyCommand(desk)));
    waiting.current = [];
    try {
      const before = desk.client.mirror.getState().messages.at(-1)?.id;
      await desk.run(command, command.parse(snippet.rest));
      const said = desk.client.mirror.getState().messages.at(-1);
      if (said !== undefined && said.id !== before && said.level !== 'info') return setError(said.text);
      addToHistory(text.trim());
      // Esc has closed the bar meanwhile: what is open now is another one.
      const keys = waiting.current;
      if (keys === null) return;
      close();
      for (const key of keys) desk.windowInUse().document.body.dispatchEvent(sameKey(key));
    } catch (failure) {
      setError(sentenceOf(failure));
    } finally {
      waiting.current = null;
    }
  };
  const move = (step: 1 | -1): void => {
    const recalled = recall(history, place, step, typed);
    setPlace(recalled.place);
    setText(recalled.text);
    setCompleting(null);
    setError(null);
  };
  const complete = (step: 1 | -1): void => {
    const next = cycle(completing, text, suggestions.length, step);
    const suggestion = next === null ? undefined : suggestions[next.place];
    if (suggestion === undefined) return;
    change(suggestion.text);
    // With a single one the next Tab goes on behind it.
    if (suggestions.length > 1) setCompleting(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (waiting.current !== null && event.key !== 'Escape') {
      // An Enter held down must not run it again.
      if (event.key !== 'Enter') waiting.current.push(event);
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const actions: Readonly<Record<string, () => void>> = {
      Enter: () => void run(),
      Escape: () => {
        waiting.current = null;
        close();
        giveFocusBack();
      },
      ArrowUp: () => move(1),
      ArrowDown: () => move(-1),
      Tab: () => complete(event.shiftKey ? -1 : 1),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  return (
    <div className={css.snippet} data-snippet>
      <div className={css.list} role="listbox" aria-label="Suggestions">
        {suggestions.map((suggestion, index) => (
          <div
            key={suggestion.label}
            role="option"
            aria-selected={index === completing?.place}
            className={`${css.option} ${index === completing?.place ? css.chosen : ''}`}
            onMouseDown={(event) => {
              event.preventDefault();
              change(suggestion.text);
            }}
          >
            <code>{suggestion.label}</code>
            <span>{suggestion.doc}</span>
          </div>
        ))}
        {described !== null && (
          <p className={css.described}>
            <code>{described.label}</code>
            <span>{described.doc}</span>
          </p>
        )}
        {error !== null && (
          <p className={css.error} role="alert">
            {error}
          </p>
        )}
      </div>
      <div className={`${css.bar} ${error === null ? '' : css.bad}`}>
        <b>:</b>
        <input
          ref={input}
          className={css.input}
          aria-label="Snippet"
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => change(event.target.value.replace(/^:/, ''))}
          onKeyDown={onKeyDown}
          onBlur={close}
        />
        <span className={css.hint}>Enter run · Tab complete · ↑ history · Esc cancel</span>
      </div>
    </div>
  );
}
