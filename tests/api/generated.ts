/** The documents that are made from the code: docs/shortcuts.md and docs/settings.md. */
import type { ActionSpec, KeyProfile } from '../../src/core/actions/action.ts';
import type { Param } from '../../src/core/base/params.ts';
import type { ViewSpec } from '../../src/gui/view/instance.ts';

const HEAD = '<!-- Made from the code by `npm run docs`; a test fails when it is stale. -->';

interface Line {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly usage: string;
  readonly keys: { readonly [P in KeyProfile]?: readonly string[] };
  readonly doc: string;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(' ');

function actionRow(action: Line): string {
  const keys = code(action.keys.mission ?? action.keys['phy-2.1'] ?? []);
  const other = action.keys['phy-2.1'];
  const differs =
    other !== undefined && action.keys.mission !== undefined && other.join() !== action.keys.mission.join();
  const snippet = `\`:${[action.aliases[0] ?? action.name, action.usage].filter((part) => part !== '').join(' ')}\``;
  const profile = differs ? ` (profile phy-2.1: ${other.length === 0 ? 'none' : code(other)})` : '';
  return `| ${action.name} | ${cell(keys)}${cell(profile)} | ${cell(snippet)} | ${cell(action.doc)} |`;
}

function table(lines: readonly Line[]): string {
  return ['| action | keys | snippet | does |', '|---|---|---|---|', ...lines.map(actionRow)].join('\n');
}

/** docs/shortcuts.md */
export function shortcutsDocument(actions: readonly ActionSpec[], views: readonly ViewSpec[]): string {
  const groups = [...new Set(actions.map((action) => action.group))];
  const parts = groups.map((group) => `## ${group}\n\n${table(actions.filter((action) => action.group === group))}`);
  const viewParts = views.map((view) => {
    const gestures = ['| gesture | input | does |', '|---|---|---|'];
    for (const g of view.gestures) gestures.push(`| ${g.name} | ${cell(g.input)} | ${cell(g.doc)} |`);
    return `## ${view.name}\n\n${table(view.actions)}\n\n${gestures.join('\n')}`;
  });
  const intro =
    'Keys act anywhere except in a text field; keys of a view act on the first view of its kind. Every action can also be typed as a snippet: `:` and its name or short name.';
  return `${HEAD}\n# Shortcuts, snippets and gestures\n\n${intro}\n\n${[...parts, ...viewParts].join('\n\n')}\n`;
}

function shownDefault(spec: Param): string {
  if (spec.kind === 'number') {
    if (spec.default === null) return spec.nullMeans ?? 'none';
    const unit = spec.unit;
    return unit === undefined
      ? String(spec.default)
      : `${Number((spec.default * unit.perStored).toPrecision(12))} ${unit.name}`;
  }
  if (spec.default === null) return 'automatic';
  if (spec.kind === 'toggle') return spec.default ? 'on' : 'off';
  return spec.kind === 'choice' ? `${spec.default} (of ${spec.choices.join(', ')})` : `'${String(spec.default)}'`;
}
function kept(spec: Param): string {
  if (spec.keep === undefined) return 'not kept';
  return spec.keep === 'user' ? 'for all datasets' : 'for this dataset';
}

/** docs/settings.md */
export function settingsDocument(views: readonly ViewSpec[]): string {
  const parts = views.map((view) => {
    const rows = Object.entries(view.params).map(
      ([name, spec]) =>
        `| ${cell(spec.label)} | ${spec.drawOnly === true ? '' : `\`${name}\``} | ${cell(shownDefault(spec))} | ${kept(spec)} | ${cell(spec.doc)} |`,
    );
    return `## ${view.name}\n\n| setting | \`phy query\` name | default | kept | does |\n|---|---|---|---|---|\n${rows.join('\n')}`;
  });
  return `${HEAD}\n# Settings of the views\n\nEach view opens its settings beside itself. Names in the second column are those of \`phy query --set\`.\n\n${parts.join('\n\n')}\n`;
}
