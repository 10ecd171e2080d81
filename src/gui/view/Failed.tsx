/** What stands in place of a plot or a panel: why there is nothing, and what can be done (look.md 7). */
import { TriangleAlert } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { PhyError } from '../../core/base/errors.ts';
import { Button, type Icon } from '../ui/Button.tsx';
import { copyText } from '../ui/dom.ts';
import css from './Failed.module.css';

interface NoticeProps {
  readonly icon: Icon;
  readonly tone?: 'error';
  readonly title: string;
  readonly children: ReactNode;
}

/** Icon, what is the matter, what can be done. */
export function Notice({ icon: Sign, tone, title, children }: NoticeProps) {
  return (
    <div className={css.notice} role={tone === 'error' ? 'alert' : 'status'}>
      <span className={tone === 'error' ? css.errorIcon : css.icon}>
        <Sign size={20} strokeWidth={1.75} />
      </span>
      <b>{title}</b>
      {children}
    </div>
  );
}

/** Facts of an error that are worth a line of their own. */
const FACTS = ['file', 'expected', 'found'] as const;

function factsOf(error: Error): readonly (readonly [string, string])[] {
  if (!(error instanceof PhyError)) return [];
  return FACTS.flatMap((name) => {
    const value = error.facts[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : [];
  });
}

interface FailedProps {
  /** What failed: the id of a view. */
  readonly name: string;
  readonly error: Error;
  readonly retry: () => void;
}

/** A sentence of ours is told as it is; any other error is a defect of ours, told with the name of what failed. */
export function Failed({ name, error, retry }: FailedProps) {
  const facts = factsOf(error);
  const isDefect = !(error instanceof PhyError);
  return (
    <Notice icon={TriangleAlert} tone="error" title={isDefect ? `${name} failed` : error.message}>
      {isDefect && <p>{error.message}</p>}
      {facts.length > 0 && (
        <dl className={css.facts}>
          {facts.map(([fact, value]) => (
            <div key={fact}>
              <dt>{fact}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <p>Nothing you curated is affected. Other views go on working.</p>
      <div className={css.buttons}>
        <Button onPress={retry}>Try again</Button>
        <CopyDetails details={detailsOf(name, error, facts)} />
      </div>
    </Notice>
  );
}

function detailsOf(name: string, error: Error, facts: readonly (readonly [string, string])[]): string {
  const trace = error instanceof PhyError ? error.message : (error.stack ?? error.message);
  return [name, trace, ...facts.map(([fact, value]) => `${fact}: ${value}`)].join('\n');
}

/** Says whether it worked: a browser may refuse the clipboard. */
export function CopyDetails({ details }: { readonly details: string }) {
  const host = useRef<HTMLSpanElement>(null);
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  const copy = (): void => {
    if (host.current === null) return;
    copyText(host.current, details).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  };
  const words = { copied: 'Copied', refused: 'The browser refused' } as const;
  return (
    <span ref={host}>
      <Button onPress={copy}>{outcome === null ? 'Copy details' : words[outcome]}</Button>
    </span>
  );
}
