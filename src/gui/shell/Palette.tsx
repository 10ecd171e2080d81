/** Finds anything: actions, settings (=), views (@), clusters (#12), snippets (:), datasets. Opens under the toolbar (look.md 7). */
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
import { useFocusBack } from '../ui/focusBefore.ts';
import { keyLabel } from '../ui/keyLabel.ts';
import { useInSight, useListbox, type Listbox } from '../ui/useListbox.ts';
import { useDesk, useUi, type Desk } from './desk.ts';
import { meantBy } from './keyboard.ts';
import { paletteSections, rememberItem, type PaletteItem, type PaletteSection } from './paletteItems.ts';
import css from './Palette.module.css';

const NAME = 'Search actions, settings, views, clusters';

export function Palette() {
  const open = useUi((ui) => ui.palette);
  return open ? <OpenPalette /> : null;
}

/** Not a dialog of the toolkit: it must have the focus before the next key is pressed. */
function OpenPalette() {
  const desk = useDesk();
  const giveFocusBack = useFocusBack(desk.windowInUse().document);
  const close = (): void => desk.ui.setState({ palette: false });
  const onKeyDown = (event: KeyboardEvent): void => {
    // The key that opened it closes it again.
    const isToggle = meantBy(desk, event).command?.name === 'command_palette';
    if (event.key !== 'Escape' && !isToggle) return;
    event.preventDefault();
    event.stopPropagation();
    close();
    giveFocusBack();
  };
  return (
    <>
      <div className={css.backdrop} onMouseDown={close} />
      <div className={`pops ${css.popup}`} role="dialog" aria-modal aria-label={NAME} onKeyDown={onKeyDown}>
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
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const sections = paletteSections(desk, text);
  const items = sections.flatMap((section) => section.items);
  const listbox = useListbox(items.length, 0);
  const choose = (item: PaletteItem): void => {
    if (item.reason !== null) return desk.client.say('warning', item.reason);
    close();
    rememberItem(desk, item);
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const item = items[listbox.active];
    if (event.key === 'ArrowDown') listbox.move(1);
    else if (event.key === 'ArrowUp') listbox.move(-1);
    else if (event.key === 'Enter' && item !== undefined) choose(item);
    else if (event.key !== 'Tab') return;
    // Tab has nowhere else to go: the palette is one field.
    event.preventDefault();
  };
  return (
    <div className={css.palette}>
      <div className={css.field}>
        <Search size={15} strokeWidth={1.75} />
        <input
          ref={input}
          className={css.input}
          role="combobox"
          aria-label={NAME}
          aria-expanded={items.length > 0}
          aria-controls={listbox.listId}
          aria-autocomplete="list"
          aria-activedescendant={listbox.activeId}
          spellCheck={false}
          autoComplete="off"
          value={text}
          placeholder={NAME}
          onChange={(event) => {
            desk.ui.setState({ typed: event.target.value });
            listbox.setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        id={listbox.listId}
        className={css.list}
        role="listbox"
        aria-label={NAME}
        onMouseDown={(event) => event.preventDefault()}
      >
        {sections.map((section, at) => (
          <Section
            key={section.heading}
            section={section}
            start={sections.slice(0, at).reduce((sum, { items: before }) => sum + before.length, 0)}
            listbox={listbox}
            onChoose={choose}
          />
        ))}
      </div>
      {items.length === 0 && (
        <p className={css.none} role="status">
          Nothing is called “{text}”.
        </p>
      )}
      <footer className={css.footer}>
        <span>↑↓ choose</span>
        <span>Enter run</span>
        <span>Esc close</span>
        <span className={css.hint}># cluster&emsp;@ view&emsp;= setting&emsp;: snippet</span>
      </footer>
    </div>
  );
}

interface SectionProps {
  readonly section: PaletteSection;
  /** Place of its first item among all. */
  readonly start: number;
  readonly listbox: Listbox;
  readonly onChoose: (item: PaletteItem) => void;
}

function Section({ section: { heading, items }, start, listbox, onChoose }: SectionProps) {
  return (
    <div role="group" aria-label={heading}>
      <div className={css.heading} aria-hidden="true">
        {heading}
      </div>
      {items.map((item, at) => (
        <Item
          key={item.id}
          id={listbox.optionId(start + at)}
          item={item}
          active={start + at === listbox.active}
          onPoint={() => listbox.setActive(start + at)}
          onChoose={() => onChoose(item)}
        />
      ))}
    </div>
  );
}

interface ItemProps {
  readonly id: string;
  readonly item: PaletteItem;
  readonly active: boolean;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
}

function Item({ id, item, active, onPoint, onChoose }: ItemProps) {
  const row = useRef<HTMLDivElement>(null);
  useInSight(row, active);
  const Sign = ICONS[item.kind];
  return (
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={active}
      aria-disabled={item.reason !== null}
      className={`${css.item} ${item.reason === null ? '' : css.off}`}
      onPointerMove={active ? undefined : onPoint}
      onClick={onChoose}
    >
      <Sign size={14} strokeWidth={1.75} />
      <span className={css.title}>{item.title}</span>
      {item.isOn === true && <Check size={13} strokeWidth={2.2} role="img" aria-label="on" aria-hidden={false} />}
      <span className={css.what}>{item.reason ?? item.hint}</span>
      <kbd className={css.keys}>
        {item.keys === null ? '' : item.kind === 'snippet' ? item.keys : keyLabel(item.keys)}
      </kbd>
    </div>
  );
}
