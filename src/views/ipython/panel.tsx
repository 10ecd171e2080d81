/** The IPython view: a real IPython kernel beside the data, with `m`, `c` and `s` in it (spec/curation.md 5.10). */
import { Square } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { KernelCell, KernelState } from '../../core/protocol/kernel.ts';
import { type KernelLine, type KernelMirror, kernelLineOf } from '../../gui/client/kernelLine.ts';
import css from '../../gui/console/Console.module.css';
import { Cell, ConsoleFrame } from '../../gui/console/ConsoleFrame.tsx';
import { type Candidates, CodeInput, type CodeInputHandle } from '../../gui/console/CodeInput.tsx';
import { History } from '../../gui/console/history.ts';
import { Output } from '../../gui/console/Outputs.tsx';
import { withoutAnsi } from '../../gui/console/ansi.ts';
import { Button, IconButton } from '../../gui/ui/Button.tsx';
import { action } from '../../gui/view/actions.ts';
import type { ViewInstance, ViewSpec } from '../../gui/view/instance.ts';
import { params } from './params.ts';

const pythonOf = (view: ViewInstance): string => String(view.state.getState().values['python'] ?? '');

/** One history for all views of the window: they show one kernel. */
const histories = new WeakMap<KernelLine, History>();

function historyOf(line: KernelLine): History {
  const history = histories.get(line) ?? new History();
  histories.set(line, history);
  return history;
}

function IPythonPanel({ view }: { readonly view: ViewInstance }) {
  const line = kernelLineOf(view.client);
  const kernel = useStore(line.mirror);
  const input = useRef<CodeInputHandle>(null);
  const visible = useStore(view.state, ({ visible }) => visible);
  useStartOnce(view, line, kernel, visible);
  useOlderHistory(line, kernel.state);
  useEffect(() => view.state.setState({ phase: 'ready', ...statusOf(kernel) }), [view, kernel]);
  const isBusy = kernel.state.kind === 'ready' && kernel.state.busy;
  const interrupt = (): void => line.send({ type: 'interrupt' });
  const isGreeting = kernel.state.kind === 'ready';
  const state = <State view={view} line={line} kernel={kernel} />;
  return (
    <ConsoleFrame
      label="IPython"
      input={input}
      field={
        kernel.prompt !== null ? (
          <Answer line={line} prompt={kernel.prompt} />
        ) : (
          <CodeInput
            ref={input}
            prompt={promptOf(nextCount(kernel.cells))}
            label="Python code"
            history={historyOf(line)}
            indent={4}
            disabled={kernel.line !== 'open' || (kernel.state.kind !== 'ready' && kernel.state.kind !== 'starting')}
            complete={(code, caret) => completions(line, code, caret)}
            inspect={async (code, caret) => {
              const answer = await line.ask({ type: 'inspect', code, cursor: caretIn(code, caret) });
              return answer?.type === 'inspected' ? withoutAnsi(answer.text) : '';
            }}
            isComplete={(code) => completeness(line, code)}
            onRun={(code) => line.send({ type: 'execute', code })}
            onInterrupt={interrupt}
            onClear={() => line.send({ type: 'clear' })}
          >
            {isBusy && <IconButton icon={Square} label="Interrupt" onPress={interrupt} />}
          </CodeInput>
        )
      }
    >
      {isGreeting && state}
      {kernel.cells.map((cell) => (
        <KernelCellRow key={cell.id} cell={cell} />
      ))}
      {!isGreeting && state}
    </ConsoleFrame>
  );
}

function KernelCellRow({ cell }: { readonly cell: KernelCell }) {
  const count = cell.phase === 'done' ? (cell.count ?? ' ') : '*';
  return (
    <Cell prompt={promptOf(count)} code={cell.code} running={cell.phase === 'running'} busy={cell.phase !== 'done'}>
      {cell.outputs.map((output, at) => (
        <Output key={at} output={output} />
      ))}
    </Cell>
  );
}

const promptOf = (count: number | string): string => `In [${count}]:`;

const nextCount = (cells: readonly KernelCell[]): number =>
  cells.reduce((most, { count }) => Math.max(most, count ?? 0), 0) + 1;

/** The kernel starts when the view is first seen, and not again after somebody ended it. */
function useStartOnce(view: ViewInstance, line: KernelLine, kernel: KernelMirror, visible: boolean): void {
  const started = useRef(false);
  const isOff = kernel.line === 'open' && kernel.state.kind === 'off';
  useEffect(() => {
    if (!visible || !isOff || started.current) return;
    started.current = true;
    line.send({ type: 'start', python: pythonOf(view) });
  }, [view, line, visible, isOff]);
}

/** What IPython remembers from before, once for each kernel. */
function useOlderHistory(line: KernelLine, state: KernelState): void {
  const isReady = state.kind === 'ready';
  useEffect(() => {
    if (isReady && historyOf(line).all.length === 0) void recall(line);
  }, [line, isReady]);
}

async function recall(line: KernelLine): Promise<void> {
  const answer = await line.ask({ type: 'history' });
  const history = historyOf(line);
  if (answer?.type === 'history' && history.all.length === 0) history.prepend(answer.entries);
}

function statusOf({ line, state }: KernelMirror): { readonly status: string; readonly shown: string } {
  if (line === 'lost') return { status: 'connection lost', shown: '' };
  switch (state.kind) {
    case 'off':
      return { status: 'no kernel', shown: '' };
    case 'starting':
      return { status: `starting · ${state.python}`, shown: 'starting' };
    case 'failed':
      return { status: 'no kernel', shown: 'failed' };
    case 'ready': {
      const version = /^Python (\S+)/.exec(state.banner)?.[1] ?? '';
      return { status: `Python ${version} · ${state.python}`, shown: state.busy ? 'busy' : 'idle' };
    }
  }
}

/** What there is to say about the kernel before its first cell, or below the last one when there is none. */
function State({
  view,
  line,
  kernel,
}: {
  readonly view: ViewInstance;
  readonly line: KernelLine;
  readonly kernel: KernelMirror;
}) {
  const { state } = kernel;
  const start = (): void => line.send({ type: 'restart', python: pythonOf(view) });
  switch (state.kind) {
    case 'off':
      return (
        <div className={css.notice}>
          <p>There is no kernel.</p>
          <Button onPress={start}>Start the kernel</Button>
        </div>
      );
    case 'starting':
      return (
        <div className={css.notice} role="status">
          <p>Starting IPython with {state.python}.</p>
        </div>
      );
    case 'failed':
      return (
        <div className={css.notice} role="alert">
          <p className={css.failed}>{state.message}</p>
          <Button onPress={start}>Try again</Button>
        </div>
      );
    case 'ready':
      return (
        <div className={css.notice}>
          <p>{greeting(state.banner)}</p>
          {state.trouble !== null && <p className={css.warning}>{state.trouble}</p>}
        </div>
      );
  }
}

/** Versions, and what is there. */
function greeting(banner: string): string {
  const ipython = /IPython (\S+)/.exec(banner)?.[1] ?? '';
  const python = /Python (\S+)/.exec(banner)?.[1] ?? '';
  return `IPython ${ipython} on Python ${python}. m is the model, c the controller, s the supervisor; np and plt are there too.`;
}

/** The kernel counts characters, we count UTF-16 units. */
const caretIn = (code: string, caret: number): number => Array.from(code.slice(0, caret)).length;
const unitsIn = (code: string, characters: number): number => Array.from(code).slice(0, characters).join('').length;

async function completions(line: KernelLine, code: string, caret: number): Promise<Candidates | null> {
  const answer = await line.ask({ type: 'complete', code, cursor: caretIn(code, caret) });
  if (answer?.type !== 'completed') return null;
  const [start, end] = [unitsIn(code, answer.start), unitsIn(code, answer.end)];
  return { start, end, candidates: answer.matches.map((label) => ({ label, detail: '' })) };
}

async function completeness(
  line: KernelLine,
  code: string,
): Promise<{ readonly complete: boolean; readonly indent: string }> {
  // One line that opens nothing is complete without asking, whatever the kernel is doing.
  if (!code.includes('\n') && !/[:\\([{,]\s*$|"""|'''|^\s*@/.test(code)) return { complete: true, indent: '' };
  const answer = await line.ask({ type: 'isComplete', code });
  if (answer?.type !== 'isComplete') return { complete: /\n\s*$/.test(code), indent: '' };
  return { complete: answer.status !== 'incomplete', indent: answer.indent };
}

/** A line of text for code that waits for it (`input()`). */
function Answer({ line, prompt }: { readonly line: KernelLine; readonly prompt: NonNullable<KernelMirror['prompt']> }) {
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') line.send({ type: 'input', text });
    else if (event.key === 'c' && event.ctrlKey) line.send({ type: 'interrupt' });
    else return;
    event.preventDefault();
  };
  return (
    <div className={css.entry}>
      <span className={css.prompt}>{prompt.text === '' ? 'input:' : prompt.text}</span>
      <input
        ref={field}
        className={css.field}
        type={prompt.isPassword ? 'password' : 'text'}
        aria-label={prompt.text === '' ? 'Input' : prompt.text}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

const kernelOf = (view: ViewInstance): KernelLine => kernelLineOf(view.client);

export const ipythonView: ViewSpec = {
  name: 'IPythonView',
  query: '',
  isConsole: true,
  params,
  maxClusters: 0,
  actions: [
    action({
      name: 'interrupt_kernel',
      doc: 'Stops the Python code that is running.',
      section: 0,
      run: (view) => kernelOf(view).send({ type: 'interrupt' }),
    }),
    action({
      name: 'restart_kernel',
      doc: 'Ends the kernel with all its variables and starts a new one.',
      section: 0,
      run: (view) => kernelOf(view).send({ type: 'restart', python: pythonOf(view) }),
    }),
    action({
      name: 'shut_down_kernel',
      doc: 'Ends the kernel with all its variables.',
      section: 0,
      run: (view) => kernelOf(view).send({ type: 'shutdown' }),
    }),
    action({
      name: 'clear_output',
      doc: 'Removes what was run and what came of it from sight; variables stay.',
      section: 1,
      run: (view) => kernelOf(view).send({ type: 'clear' }),
    }),
  ],
  gestures: [],
  missing: () => null,
  Component: IPythonPanel,
};
