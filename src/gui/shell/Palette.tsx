/** Finds anything: actions, settings (=), views (@), clusters (#12), snippets (:), datasets. Opens under the toolbar (look.md 7). */
import { Command as Cmdk } from 'cmdk';
import {
  Check,
  CircleDot,
  Database,
  LayoutPanelLeft,
  MousePointer2,
  Search,
  SlidersHorizontal,
  Terminal,
  type LucideIcon,
} from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { keyLabel } from '../ui/keyLabel.ts';
import { useDesk, useUi, type Desk } from './desk.ts';
import { meantBy } from './keyboard.ts';
import { paletteSections, rememberItem, type PaletteItem } from './paletteItems.ts';
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
        aria-label="Search actions, settings, views, clusters"
        onKeyDown={onKeyDown}
      >
        <PaletteBody desk={desk} close={close} />
      </div>
    </>
  );
}

const ICONS: Readonly<Record<PaletteItem['kind'], LucideIcon>> = {
  action: MousePointer2,
  setting: SlidersHorizontal,
  view: LayoutPanelLeft,
  cluster: CircleDot,
  dataset: Database,
  snippet: Terminal,
};

function PaletteBody({ desk, close }: { readonly desk: Desk; readonly close: () => void }) {
  const text = useUi((ui) => ui.typed);
  const setText = (typed: string): void => desk.ui.setState({ typed });
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const sections = paletteSections(desk, text);
  const choose = (item: PaletteItem): void => {
    if (item.reason !== null) return desk.client.say('warning', item.reason);
    close();
    rememberItem(desk, item);
    item.run();
  };
  return (
    <Cmdk label="Search actions, settings, views, clusters" shouldFilter={false} loop className={css.palette}>
      <div className={css.field}>
        <Search size={15} strokeWidth={1.75} />
        <Cmdk.Input
          ref={input}
          className={css.input}
          value={text}
          onValueChange={setText}
          placeholder="Search actions, settings, views, clusters"
        />
      </div>
      <Cmdk.List className={css.list}>
        {sections.length === 0 && <p className={css.none}>Nothing is called “{text}”.</p>}
        {sections.map(({ heading, items }) => (
          <Cmdk.Group key={heading} heading={heading} className={css.group}>
            {items.map((item) => (
              <Item key={item.id} item={item} onChoose={() => choose(item)} />
            ))}
          </Cmdk.Group>
        ))}
      </Cmdk.List>
      <footer className={css.footer}>
        <span>↑↓ choose</span>
        <span>Enter run</span>
        <span>Esc close</span>
        <span className={css.hint}># cluster&emsp;@ view&emsp;= setting&emsp;: snippet</span>
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
      {item.isOn === true && <Check size={13} strokeWidth={2.2} aria-label="on" />}
      <span className={css.what}>{item.reason ?? item.hint}</span>
      <kbd className={css.keys}>
        {item.keys === null ? '' : item.kind === 'snippet' ? item.keys : keyLabel(item.keys)}
      </kbd>
    </Cmdk.Item>
  );
}
