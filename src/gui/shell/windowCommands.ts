/** Commands of the window itself, beside those of the registry: palette, panels, layout, appearance, lists. */
import { KEY_PROFILES } from '../../core/actions/index.ts';
import { hasClusters } from '../client/hasClusters.ts';
import { TABLE_NAMES, type TableName } from '../tables/ClusterTables.tsx';
import { LOOKS } from '../theme/looks.ts';
import { colorFields } from '../view/colorSchemes.ts';
import { COLORMAPS, linksOf, setCustomColors, type CustomColors } from '../view/links.ts';
import { overlaysOf, toggleOverlay } from '../view/overlays.ts';
import { simpleCommand, type Command } from './command.ts';
import { violationCommands } from './violations.ts';
import { canCopyRows, copyRows } from './copyRows.ts';
import type { Desk } from './desk.ts';
import { layoutCommands } from './layoutCommands.ts';
import { leave } from './leave.ts';
import { windowPictureCommands } from './pictures.ts';

/** Sections of the View menu after those of the registry. */
const ADD = 1;
const COLOR = 2;
const LAYOUT = 3;
const LOOK = 4;

export function windowCommands(desk: Desk): readonly Command[] {
  return [
    ...fileCommands(desk),
    ...lists(desk),
    ...addCommands(desk),
    ...(hasClusters(desk.client) ? colorCommands(desk) : []),
    ...layoutCommands(desk, LAYOUT),
    ...windowPictureCommands(desk, LAYOUT),
    ...overlayCommands(desk),
    ...violationCommands(desk),
    ...lookCommands(desk),
  ];
}

function fileCommands(desk: Desk): readonly Command[] {
  return [
    simpleCommand({
      name: 'open_dataset',
      scope: 'File',
      title: 'Open another dataset…',
      doc: 'Closes this dataset and shows the start page; asks when something is not saved.',
      section: -1,
      keys: ['ctrl+o'],
      run: () => leave(desk, { open: null }),
    }),
    simpleCommand({
      name: 'locate_raw_data',
      scope: 'File',
      title: 'Locate raw data…',
      doc: 'Chooses a file in place of raw data that are not where params.py or the .kwik file says, or forgets the choice.',
      section: -1,
      enabled: () => hasMoved(desk) || 'The raw data are where they should be, or none are named.',
      run: () => desk.ui.setState({ dialog: { kind: 'rawFiles' } }),
    }),
  ];
}

function lists(desk: Desk): readonly Command[] {
  const { ui } = desk;
  return [
    simpleCommand({
      name: 'command_palette',
      scope: 'Help',
      title: 'Search actions, settings, views, clusters',
      doc: 'Finds anything by its name; # for clusters, @ for views, = for settings, : for snippets.',
      section: 0,
      keys: ['ctrl+p'],
      run: () => ui.setState((state) => ({ palette: !state.palette, snippet: false, typed: '' })),
    }),
    simpleCommand({
      name: 'show_report',
      scope: 'Help',
      title: 'What was found in the dataset',
      doc: 'Lists the files that were read, missing, odd or repaired.',
      section: 1,
      run: () => ui.setState({ dialog: { kind: 'report' } }),
    }),
    simpleCommand({
      name: 'show_messages',
      scope: 'Help',
      title: 'Messages',
      doc: 'Lists everything that was said.',
      section: 1,
      run: () => ui.setState({ dialog: { kind: 'messages' } }),
    }),
    simpleCommand({
      name: 'show_plugins',
      scope: 'Help',
      title: 'Plugins',
      doc: 'Lists the plugins that run, what each adds, and those that could not be loaded.',
      section: 1,
      run: () => ui.setState({ dialog: { kind: 'pluginList' } }),
    }),
    simpleCommand({
      name: 'copy_rows',
      scope: 'Edit',
      title: 'Copy selected rows',
      doc: 'Copies the selected rows of the active table as tab-separated text: the columns on screen, every value in full.',
      section: 5,
      keys: ['ctrl+c'],
      enabled: () => canCopyRows(desk, tableInUse(desk), 'selected'),
      run: () => copyRows(desk, tableInUse(desk), 'selected'),
    }),
    simpleCommand({
      name: 'edit_groups',
      scope: 'Edit',
      title: 'Cluster groups',
      doc: 'Sets names, colours and keys of the groups, and which of them the wizard skips.',
      section: 5,
      asks: true,
      run: () => ui.setState({ dialog: { kind: 'groups' } }),
    }),
  ];
}

/** `cf` or `cm` and the first two letters of a name without `_` (spec/views.md 1.10 RES). */
const colorAlias = (start: 'cf' | 'cm', name: string): string => `${start}${name.replaceAll('_', '').slice(0, 2)}`;

/** The colour scheme `custom`: what is chosen here is for every view that shows clusters which are not selected. */
function colorCommands(desk: Desk): readonly Command[] {
  const links = linksOf(desk.client);
  const colors = () => links.getState().customColors;
  const choose = (change: Partial<CustomColors>): void => {
    setCustomColors(desk.client, change);
    for (const view of desk.shelf.open.getState()) {
      if (view.spec.params.colorScheme !== undefined) view.set({ colorScheme: 'custom' });
    }
  };
  const fields = colorFields(desk.client);
  const shared = { scope: 'View', section: COLOR } as const;
  return [
    ...fields.map((field, at) =>
      simpleCommand({
        ...shared,
        name: `color_field_${field}`,
        title: field,
        doc: `Colours clusters that are not selected by ${field}.`,
        submenu: 'Change color field',
        // Of two with the same snippet the later one has it, as with `sort by`.
        aliases: fields.slice(at + 1).some((later) => colorAlias('cf', later) === colorAlias('cf', field))
          ? []
          : [colorAlias('cf', field)],
        checked: () => colors().field === field,
        run: () => choose({ field }),
      }),
    ),
    ...COLORMAPS.map((palette) =>
      simpleCommand({
        ...shared,
        name: `colormap_${palette}`,
        title: palette,
        doc: `Takes the colours of clusters that are not selected from the colormap ${palette}.`,
        submenu: 'Change colormap',
        aliases: [colorAlias('cm', palette)],
        checked: () => colors().palette === palette,
        run: () => choose({ palette }),
      }),
    ),
    simpleCommand({
      ...shared,
      name: 'toggle_categorical_colormap',
      title: 'Toggle categorical colormap',
      doc: 'One colour for each value, or a scale from the smallest to the largest.',
      checked: () => colors().categorical,
      run: () => choose({ categorical: !colors().categorical }),
    }),
    simpleCommand({
      ...shared,
      name: 'toggle_logarithmic_colormap',
      title: 'Toggle logarithmic colormap',
      doc: 'A logarithmic scale of colours.',
      checked: () => colors().logarithmic,
      run: () => choose({ logarithmic: !colors().logarithmic }),
    }),
  ];
}

function addCommands(desk: Desk): readonly Command[] {
  const tables = hasClusters(desk.client) ? TABLE_NAMES : [];
  const names = [...tables, ...desk.shelf.specs.map((spec) => spec.name)].sort();
  return names.map((name) =>
    simpleCommand({
      name: `add_${name}`,
      scope: 'View',
      title: `Add ${name}`,
      doc: `Opens ${name === 'ClusterView' || name === 'SimilarityView' ? name : `another ${name}`}.`,
      section: ADD,
      run: () => desk.addView(name),
    }),
  );
}

/** What plugins draw over views along time: one check mark each. */
function overlayCommands({ client }: Desk): readonly Command[] {
  return overlaysOf(client)
    .getState()
    .map(({ name, title }) =>
      simpleCommand({
        name: `overlay_${name}`,
        scope: 'View',
        title,
        doc: `Shows or hides ${title} in every view with the time of the recording.`,
        submenu: 'Overlays',
        section: COLOR,
        checked: () =>
          overlaysOf(client)
            .getState()
            .find((each) => each.name === name)?.shown === true,
        run: () => toggleOverlay(client, name),
      }),
    );
}

function lookCommands(desk: Desk): readonly Command[] {
  const shared = { scope: 'View', section: LOOK } as const;
  return [
    ...LOOKS.map(({ isOn, change, ...look }) =>
      simpleCommand({
        ...shared,
        ...look,
        checked: () => isOn(desk.ui.getState().appearance),
        run: () => desk.setAppearance(change(desk.ui.getState().appearance)),
      }),
    ),
    ...KEY_PROFILES.map((profile) =>
      simpleCommand({
        ...shared,
        name: `keys_${profile}`,
        title: profile === 'mission' ? 'phy 2.0 (default)' : 'phy 2.1',
        doc: 'Which keys and wheel gestures are in force.',
        submenu: 'Key profile',
        checked: () => desk.keys().profile === profile,
        run: () => void desk.changeKeymap({ profile }),
      }),
    ),
    simpleCommand({
      name: 'edit_shortcuts',
      scope: 'View',
      title: 'Edit shortcuts…',
      doc: 'Gives other keys to actions; they are kept in keymap.json.',
      section: LOOK,
      run: () => desk.ui.setState({ dialog: { kind: 'keymap' }, typed: '' }),
    }),
  ];
}

const hasMoved = ({ client }: Desk): boolean => (client.mirror.getState().dataset?.movedFiles?.length ?? 0) > 0;

/** The similarity view while it is active and has selected rows, else the cluster view. */
function tableInUse(desk: Desk): TableName {
  const similar = desk.client.mirror.getState().snapshot?.selection.similar.length ?? 0;
  return desk.ui.getState().activePanel === 'SimilarityView' && similar > 0 ? 'SimilarityView' : 'ClusterView';
}
