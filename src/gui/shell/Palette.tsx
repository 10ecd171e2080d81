/** Finds anything: actions, views (@), clusters (#12), snippets (:). Opens under the toolbar (look.md 7). */
import { Dialog } from '@base-ui/react/dialog';
import { Command as Cmdk } from 'cmdk';
import { CircleDot, LayoutPanelLeft, MousePointer2, Search, Terminal, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { keyLabel } from '../ui/keyLabel.ts';
import { useDesk, useUi, type Desk } from './desk.ts';
import { paletteItems, type PaletteItem } from './paletteItems.ts';
import css from './Palette.module.css';

export function Palette() {
  const desk = useDesk();
  const open = useUi((ui) => ui.palette);
  const close = (): void => desk.ui.setState({ palette: false });
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css.backdrop} />
        <Dialog.Popup className={css.popup} aria-label="Search actions, views, clusters" finalFocus={false}>
          <PaletteBody desk={desk} close={close} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const ICONS: Readonly<Record<PaletteItem['kind'], LucideIcon>> = {
  action: MousePointer2,
  view: LayoutPanelLeft,
  cluster: CircleDot,
  snippet: Terminal,
};
const HEADINGS: Readonly<Record<PaletteItem['kind'], string>> = {
  action: 'Actions',
  view: 'Views',
  cluster: 'Clusters',
  snippet: 'Snippets',
};

function PaletteBody({ desk, close }: { readonly desk: Desk; readonly close: () => void }) {
  const [text, setText] = useState('');
  const items = paletteItems(desk, text);
  const kinds = [...new Set(items.map((item) => item.kind))];
  const choose = (item: PaletteItem): void => {
    if (item.reason !== null) return desk.client.say('warning', item.reason);
    close();
    item.run();
  };
  return (
    <Cmdk label="Search actions, views, clusters" shouldFilter={false} loop className={css.palette}>
      <div className={css.field}>
        <Search size={15} strokeWidth={1.75} />
        <Cmdk.Input
          autoFocus
          className={css.input}
          value={text}
          onValueChange={setText}
          placeholder="Search actions, views, clusters"
        />
      </div>
      <Cmdk.List className={css.list}>
        {items.length === 0 && <p className={css.none}>Nothing is called “{text}”.</p>}
        {kinds.map((kind) => (
          <Cmdk.Group key={kind} heading={HEADINGS[kind]} className={css.group}>
            {items
              .filter((item) => item.kind === kind)
              .map((item) => (
                <Item key={item.id} item={item} onChoose={() => choose(item)} />
              ))}
          </Cmdk.Group>
        ))}
      </Cmdk.List>
      <footer className={css.footer}>
        <span>↑↓ choose</span>
        <span>Enter run</span>
        <span>Esc close</span>
        <span className={css.hint}># cluster&emsp;@ view&emsp;: snippet</span>
      </footer>
    </Cmdk>
  );
}

function Item({ item, onChoose }: { readonly item: PaletteItem; readonly onChoose: () => void }) {
  const Sign = ICONS[item.kind];
  return (
    <Cmdk.Item value={item.id} className={`${css.item} ${item.reason === null ? '' : css.off}`} onSelect={onChoose}>
      <Sign size={14} strokeWidth={1.75} />
      <span className={css.title}>{item.title}</span>
      <span className={css.what}>{item.reason ?? item.hint}</span>
      <kbd className={css.keys}>
        {item.keys === null ? '' : item.kind === 'snippet' ? item.keys : keyLabel(item.keys)}
      </kbd>
    </Cmdk.Item>
  );
}
