/** What the JavaScript console shows below the code: texts, tables, quick plots, failures with their line. */
import { useMemo, useState } from 'react';
import { usePlotStyle } from '../colors/usePlotStyle.ts';
import { Plot } from '../plot/Plot.tsx';
import css from './Console.module.css';
import type { Shown } from './describe.ts';
import { AnsiText } from './Outputs.tsx';
import type { PlotData } from './plotData.ts';
import { plotScene } from './plotScene.ts';
import type { ConsoleOutput } from './workerMessages.ts';

export function ConsoleOutputRow({ output }: { readonly output: ConsoleOutput }) {
  switch (output.kind) {
    case 'stream':
      return (
        <pre className={`${css.text} ${output.name === 'stderr' ? css.stderr : ''}`}>
          <AnsiText text={output.text.replace(/\n$/, '')} />
        </pre>
      );
    case 'value':
      return <Value value={output.value} />;
    case 'plot':
      return <QuickPlot plot={output.plot} />;
    case 'failure':
      return (
        <pre className={`${css.text} ${css.failed}`} role="alert">
          {output.text}
          {output.line !== null && <span className={css.facts}>{`\nline ${output.line}: ${output.source}`}</span>}
        </pre>
      );
  }
}

function Value({ value }: { readonly value: Shown }) {
  if (value.kind === 'text') return <pre className={css.text}>{value.text}</pre>;
  if (value.kind === 'array') {
    return (
      <pre className={css.text}>
        <span className={css.facts}>{value.facts} </span>
        {value.head}
      </pre>
    );
  }
  return (
    // It scrolls sideways, also with the arrow keys.
    <div className={css.tableRoom} tabIndex={0} role="group" aria-label="Table">
      <div className={css.facts}>{value.facts}</div>
      <table className={css.table}>
        <thead>
          <tr>
            {value.columns.map((name, at) => (
              <th key={at}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {value.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function QuickPlot({ plot }: { readonly plot: PlotData }) {
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const style = usePlotStyle(element);
  const scene = useMemo(() => plotScene(plot, style), [plot, style]);
  const label = plot.title === '' ? `${plot.kind} plot` : plot.title;
  return (
    // The wheel scrolls the console; with Ctrl it zooms.
    <div ref={setElement} className={css.plot} onWheelCapture={(event) => !event.ctrlKey && event.stopPropagation()}>
      <Plot scene={scene} label={label} />
    </div>
  );
}
