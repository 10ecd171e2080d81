/** Finds anything: actions, views (@), clusters (#12), snippets (:). Opens under the toolbar (look.md 7). */
import { Command as Cmdk } from 'cmdk';
import { CircleDot, LayoutPanelLeft, MousePointer2, Search, Terminal, type LucideIcon } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { keyLabel } from '../ui/keyLabel.ts';
import { useDesk, useUi, type Desk } from './desk.ts';
import { meantBy } from './keyboard.ts';
import { paletteItems, type PaletteItem } from './paletteItems.ts';
import css from './Palette.module.css';

/** Not a dialog of the toolkit: it must have the focus before the next key is pressed. */
export function Palette() {
  const desk = useDesk();
  const open = useUi((ui) => ui.palette);
  if (!open) return null;
  const close = (): void => desk.ui.setState({ palette: false });
  const onKeyDown = (event: KeyboardEvent): void => {
    // The key that opened it closes it again.
    const isToggle = meantBy(desk, event).command?.name === 'command_palette';
    if (event.key !== 'Escape' && !isToggle) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  return (
    <>
      <div className={css.backdrop} onMouseDown={close} />
      <div
        className={css.popup}
        role="dialog"
        aria-modal
        aria-label="Search actions, views, clusters"
        onKeyDown={onKeyDown}
      >
        <PaletteBody desk={desk} close={close} />
      </div>
    </>
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
  const text = useUi((ui) => ui.typed);
  const setText = (typed: string): void => desk.ui.setState({ typed });
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
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
          ref={input}
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
