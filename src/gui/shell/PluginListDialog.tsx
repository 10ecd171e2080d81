/** Which plugins run, what each adds, which could not be loaded, and how to get one. */
import { TriangleAlert } from 'lucide-react';
import type { WindowPlugin } from '../../core/protocol/messages.ts';
import { useMirror } from '../client/hooks.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { useDesk } from './desk.ts';
import css from './Dialogs.module.css';
import { pluginParts } from './pluginParts.ts';

export function PluginListDialog({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const summary = useMirror((mirror) => mirror.plugins);
  if (summary === null) return null;
  const { plugins, asking } = summary;
  const troubles = [...new Set([...summary.troubles, ...desk.plugins.troubles])];
  return (
    <Dialog
      title="Plugins"
      width={620}
      onClose={onClose}
      footer={
        <>
          {asking !== null && (
            <Button onPress={() => desk.ui.setState({ dialog: { kind: 'plugins' } })}>Plugins beside the data…</Button>
          )}
          <Button autoFocus onPress={onClose}>
            Close
          </Button>
        </>
      }
    >
      {troubles.map((trouble) => (
        <p key={trouble} className={css.warningLine}>
          <TriangleAlert size={14} />
          {trouble}
        </p>
      ))}
      {plugins.length === 0 && <p className={css.text}>No plugin runs.</p>}
      {plugins.map((plugin) => (
        <PluginEntry key={plugin.declaration.name} plugin={plugin} />
      ))}
      <p className={css.note}>
        Those in ~/.phy/ts/plugins and those of --plugin are loaded at the start; <code>phy plugin new NAME</code> makes
        one that works.
      </p>
    </Dialog>
  );
}

function PluginEntry({ plugin: { declaration, file } }: { readonly plugin: WindowPlugin }) {
  const { name, doc } = declaration;
  return (
    <section className={css.plugin} aria-label={name}>
      <h3>{name}</h3>
      {doc !== '' && <p className={css.text}>{doc}</p>}
      <dl className={css.facts}>
        {pluginParts(declaration).map(({ kind, names }) => (
          <Fact key={kind} kind={kind} text={names.join(', ')} />
        ))}
        <Fact kind="File" text={file} />
      </dl>
    </section>
  );
}

function Fact({ kind, text }: { readonly kind: string; readonly text: string }) {
  return (
    <>
      <dt>{kind}</dt>
      <dd>{text}</dd>
    </>
  );
}
