/** What a cell printed, showed and failed with. */
import { type CSSProperties, type ReactNode, useMemo } from 'react';
import type { CellOutput } from '../../core/protocol/kernel.ts';
import { ansiPieces, type AnsiPiece } from './ansi.ts';
import css from './Console.module.css';
import { SafeHtml } from './SafeHtml.tsx';

/** Text in the colours that its escape sequences ask for. */
export function AnsiText({ text }: { readonly text: string }) {
  const pieces = useMemo(() => ansiPieces(text), [text]);
  return pieces.map((piece, at) => <Piece key={at} piece={piece} />);
}

function Piece({ piece }: { readonly piece: AnsiPiece }): ReactNode {
  const { text, color, ground, bold, faint, italic, underline } = piece;
  const style: CSSProperties = {
    ...(color === null ? {} : { color: colorOf(color) }),
    ...(ground === null ? {} : { background: colorOf(ground) }),
    ...(bold ? { fontWeight: 600 } : {}),
    ...(faint ? { opacity: 0.7 } : {}),
    ...(italic ? { fontStyle: 'italic' } : {}),
    ...(underline ? { textDecoration: 'underline' } : {}),
  };
  return Object.keys(style).length === 0 ? text : <span style={style}>{text}</span>;
}

const colorOf = (color: number | string): string => (typeof color === 'string' ? color : `var(--ansi-${color})`);

export function Output({ output }: { readonly output: CellOutput }) {
  if (output.kind === 'stream') {
    return (
      <pre className={`${css.text} ${output.name === 'stderr' ? css.stderr : ''}`}>
        <AnsiText text={output.text.replace(/\n$/, '')} />
      </pre>
    );
  }
  if (output.kind === 'error') {
    return (
      <pre className={`${css.text} ${css.error}`} role="alert">
        <AnsiText text={output.text} />
      </pre>
    );
  }
  return <Data data={output.data} />;
}

/** The richest form that there is. */
function Data({ data }: { readonly data: Readonly<Record<string, string>> }) {
  const plain = data['text/plain'] ?? '';
  for (const type of ['image/png', 'image/jpeg'] as const) {
    const bytes = data[type];
    if (bytes !== undefined)
      return <Picture source={`data:${type};base64,${bytes.replaceAll('\n', '')}`} text={plain} />;
  }
  const svg = data['image/svg+xml'];
  // As a picture, a drawing can neither run scripts nor ask for anything.
  if (svg !== undefined) return <Picture source={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`} text={plain} />;
  const html = data['text/html'];
  if (html !== undefined) return <SafeHtml html={html} />;
  return (
    <pre className={css.text}>
      <AnsiText text={plain} />
    </pre>
  );
}

function Picture({ source, text }: { readonly source: string; readonly text: string }) {
  return <img className={css.picture} src={source} alt={text === '' ? 'figure' : text} />;
}
