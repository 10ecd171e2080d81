/** The JavaScript console: code with `m`, `c` and `s` beside the data, in a worker of its own (spec/curation.md 5.10). */
import { Square } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import css from '../../gui/console/Console.module.css';
import { Cell, ConsoleFrame } from '../../gui/console/ConsoleFrame.tsx';
import { ConsoleOutputRow } from '../../gui/console/ConsoleOutputs.tsx';
import { CodeInput, type CodeInputHandle } from '../../gui/console/CodeInput.tsx';
import { indentAfter, isCompleteStatement } from '../../gui/console/jsText.ts';
import { type ConsoleMirror, ConsoleSession } from '../../gui/console/session.ts';
import { Button, IconButton } from '../../gui/ui/Button.tsx';
import { action } from '../../gui/view/actions.ts';
import type { ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { params } from './params.ts';

/** A view keeps its session wherever it is docked. */
const sessions = new WeakMap<ViewInstance, ConsoleSession>();

function sessionOf(view: ViewInstance): ConsoleSession {
  const session = sessions.get(view) ?? new ConsoleSession(view.client);
  sessions.set(view, session);
  return session;
}

const STATUS: Readonly<Record<ConsoleMirror['phase'], string>> = {
  starting: 'starting',
  idle: 'idle',
  busy: 'busy',
  failed: 'failed',
};

function ConsolePanel({ view }: { readonly view: ViewInstance }) {
  const session = sessionOf(view);
  const { phase, trouble, cells } = useStore(session.mirror);
  const visible = useStore(view.state, (state) => state.visible);
  const input = useRef<CodeInputHandle>(null);
  useEffect(() => {
    if (visible) session.start();
  }, [session, visible]);
  useEffect(() => view.state.setState({ phase: 'ready', status: 'JavaScript', shown: STATUS[phase] }), [view, phase]);
  return (
    <ConsoleFrame
      label="Console"
      input={input}
      field={
        <CodeInput
          ref={input}
          prompt=">"
          label="JavaScript code"
          history={session.history}
          indent={2}
          disabled={phase === 'failed'}
          complete={async (code, caret) => {
            const found = await session.complete(code, caret);
            return found === null ? null : { ...found, end: caret };
          }}
          inspect={(code, caret) => session.inspect(code, caret)}
          isComplete={async (code) => ({ complete: isCompleteStatement(code), indent: indentAfter(code) })}
          onRun={(code) => session.run(code)}
          onInterrupt={() => session.interrupt()}
          onClear={() => session.clear()}
        >
          {phase === 'busy' && <IconButton icon={Square} label="Interrupt" onPress={() => session.interrupt()} />}
        </CodeInput>
      }
    >
      <div className={css.notice}>
        <p>
          JavaScript. m is the model, c the controller, s the supervisor; plot draws, Tab completes. What is large is
          awaited: await m.spike_times
        </p>
      </div>
      {cells.map((cell) => (
        <Cell
          key={cell.id}
          prompt={cell.phase === 'done' ? '>' : '*'}
          code={cell.code}
          running={cell.phase === 'running'}
          busy={cell.phase !== 'done'}
        >
          {cell.outputs.map((output, at) => (
            <ConsoleOutputRow key={at} output={output} />
          ))}
        </Cell>
      ))}
      {phase === 'failed' && (
        <div className={css.notice} role="alert">
          <p className={css.failed}>{trouble}</p>
          <Button onPress={() => session.start()}>Try again</Button>
        </div>
      )}
    </ConsoleFrame>
  );
}

export const consoleView: ViewSpec = {
  name: 'ConsoleView',
  query: '',
  isConsole: true,
  params,
  maxClusters: 0,
  actions: [
    action({
      name: 'interrupt',
      doc: 'Stops the code that is running; its variables are lost.',
      section: 0,
      run: (view) => sessionOf(view).interrupt(),
    }),
    action({
      name: 'restart',
      doc: 'Begins anew without variables.',
      section: 0,
      run: (view) => sessionOf(view).restart(),
    }),
    action({
      name: 'clear_output',
      doc: 'Removes what was run and what came of it from sight; variables stay.',
      section: 1,
      run: (view) => sessionOf(view).clear(),
    }),
  ],
  gestures: [],
  attach: (view) => () => sessions.get(view)?.end(),
  missing: () => null,
  Component: ConsolePanel,
};
