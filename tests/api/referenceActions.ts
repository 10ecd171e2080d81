/**
 * Everything that the reference program lets a person do (phy 2.1, and 2.0 where it differs): its menus as they were read from the running
 * program, its actions with keys and snippets, and its mouse gestures. Transcribed; docs/reference-actions.md says for each where it is here.
 */

export interface ReferenceMenuEntry {
  /** `Edit > Move best to` */
  readonly menu: string;
  readonly text: string;
  /** Lower case, '' for none. */
  readonly key: string;
  readonly checkable?: boolean;
}

/** The menu bar of the template GUI with a dataset whose labels are amplitude, contampct and kslabel. */
export const MENU_ENTRIES: readonly ReferenceMenuEntry[] = [
  { menu: 'File', text: 'Enable snippet mode', key: ':' },
  { menu: 'File', text: 'Save', key: 'ctrl+s' },
  { menu: 'File', text: 'Exit', key: 'ctrl+q' },
  { menu: 'Edit', text: 'Undo', key: 'ctrl+z' },
  { menu: 'Edit', text: 'Redo', key: 'ctrl+shift+z' },
  { menu: 'Edit', text: 'Merge', key: 'g' },
  { menu: 'Edit', text: 'Split', key: 'k' },
  { menu: 'Edit', text: 'Move', key: '' },
  { menu: 'Edit > Move best to', text: 'Move best to noise', key: 'alt+n' },
  { menu: 'Edit > Move best to', text: 'Move best to mua', key: 'alt+m' },
  { menu: 'Edit > Move best to', text: 'Move best to good', key: 'alt+g' },
  { menu: 'Edit > Move best to', text: 'Move best to unsorted', key: 'alt+u' },
  { menu: 'Edit > Move similar to', text: 'Move similar to noise', key: 'ctrl+n' },
  { menu: 'Edit > Move similar to', text: 'Move similar to mua', key: 'ctrl+m' },
  { menu: 'Edit > Move similar to', text: 'Move similar to good', key: 'ctrl+g' },
  { menu: 'Edit > Move similar to', text: 'Move similar to unsorted', key: 'ctrl+u' },
  { menu: 'Edit > Move all to', text: 'Move all to noise', key: 'ctrl+alt+n' },
  { menu: 'Edit > Move all to', text: 'Move all to mua', key: 'ctrl+alt+m' },
  { menu: 'Edit > Move all to', text: 'Move all to good', key: 'ctrl+alt+g' },
  { menu: 'Edit > Move all to', text: 'Move all to unsorted', key: 'ctrl+alt+u' },
  { menu: 'Edit', text: 'Label', key: 'l' },
  { menu: 'Edit', text: 'Split init', key: 'ctrl+shift+k' },
  { menu: 'Select', text: 'Select', key: '' },
  { menu: 'Select', text: 'Select first similar', key: 'ctrl+space' },
  { menu: 'Select', text: 'Select n similar', key: '' },
  { menu: 'Select', text: 'Unselect similar', key: 'backspace' },
  { menu: 'Select', text: 'Skip noise and MUA', key: '', checkable: true },
  { menu: 'Select', text: 'Filter', key: '' },
  { menu: 'Select', text: 'Sort', key: '' },
  { menu: 'Select', text: 'Clear filter', key: 'esc' },
  { menu: 'Select > Sort by', text: 'Sort by ch', key: '' },
  { menu: 'Select > Sort by', text: 'Sort by sh', key: '' },
  { menu: 'Select > Sort by', text: 'Sort by depth', key: '' },
  { menu: 'Select > Sort by', text: 'Sort by fr', key: '' },
  { menu: 'Select > Sort by', text: 'Sort by amp', key: '' },
  { menu: 'Select > Sort by', text: 'Sort by n spikes', key: '' },
  { menu: 'Select > Sort by', text: 'Sort by amplitude', key: '' },
  { menu: 'Select > Sort by', text: 'Sort by contampct', key: '' },
  { menu: 'Select > Sort by', text: 'Sort by kslabel', key: '' },
  { menu: 'Select', text: 'First', key: 'home' },
  { menu: 'Select', text: 'Last', key: 'end' },
  { menu: 'Select', text: 'Reset wizard', key: '' },
  { menu: 'Select', text: 'Next', key: 'space' },
  { menu: 'Select', text: 'Previous', key: 'shift+space' },
  { menu: 'Select', text: 'Next best', key: 'down' },
  { menu: 'Select', text: 'Previous best', key: 'up' },
  { menu: 'View', text: 'Toggle spike reorder', key: 'ctrl+r', checkable: true },
  { menu: 'View', text: 'Switch raw data filter', key: 'alt+r' },
  { menu: 'View', text: 'Add AmplitudeView', key: '' },
  { menu: 'View', text: 'Add ClusterScatterView', key: '' },
  { menu: 'View', text: 'Add CorrelogramView', key: '' },
  { menu: 'View', text: 'Add FeatureView', key: '' },
  { menu: 'View', text: 'Add FiringRateView', key: '' },
  { menu: 'View', text: 'Add IPythonView', key: '' },
  { menu: 'View', text: 'Add ISIView', key: '' },
  { menu: 'View', text: 'Add ProbeView', key: '' },
  { menu: 'View', text: 'Add RasterView', key: '' },
  { menu: 'View', text: 'Add TemplateFeatureView', key: '' },
  { menu: 'View', text: 'Add TemplateView', key: '' },
  { menu: 'View', text: 'Add TraceImageView', key: '' },
  { menu: 'View', text: 'Add TraceView', key: '' },
  { menu: 'View', text: 'Add WaveformView', key: '' },
  { menu: 'Help', text: 'Show all shortcuts', key: 'f1' },
  { menu: 'Help', text: 'About', key: '?' },
];

export interface ReferenceAction {
  /** Group of keymap.json: a menu, or the class of a view. */
  readonly group: string;
  readonly name: string;
  /** phy 2.1, resolved with 2.0 where they do not exclude each other. */
  readonly keys: readonly string[];
  /** Short name, where it has one. */
  readonly snippet?: string;
}

/** `name key key :snippet` per line. */
function actionsOf(group: string, lines: string): readonly ReferenceAction[] {
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name, ...words] = line.trim().split(/\s+/);
      const snippet = words.find((word) => word.length > 1 && word.startsWith(':'))?.slice(1);
      return { group, name, keys: words.filter((word) => word.slice(1) !== snippet), snippet };
    });
}

const COLOR = `
  change_color_scheme_to_blank
  change_color_scheme_to_random
  change_color_scheme_to_cluster_group
  change_color_scheme_to_depth
  change_color_scheme_to_firing_rate
  next_color_scheme
  previous_color_scheme`;
const MARKER = `
  increase_marker_size
  decrease_marker_size
  reset_marker_size`;

/** The class that stands for all: each has these. */
export const ANY_VIEW = 'WaveformView';

export const ACTIONS: readonly ReferenceAction[] = [
  ...actionsOf('Snippets', 'enable_snippet_mode :'),
  ...actionsOf('File', 'save ctrl+s\nexit ctrl+q'),
  ...actionsOf(
    'Edit',
    `
    undo ctrl+z
    redo ctrl+shift+z ctrl+y
    merge g :g
    split k :k
    move
    move_best_to_noise alt+n
    move_best_to_mua alt+m
    move_best_to_good alt+g
    move_best_to_unsorted alt+u
    move_similar_to_noise ctrl+n
    move_similar_to_mua ctrl+m
    move_similar_to_good ctrl+g
    move_similar_to_unsorted ctrl+u
    move_all_to_noise ctrl+alt+n
    move_all_to_mua ctrl+alt+m
    move_all_to_good ctrl+alt+g
    move_all_to_unsorted ctrl+alt+u
    label l :l
    split_init ctrl+shift+k
    recluster ctrl+shift+k`,
  ),
  ...actionsOf(
    'Select',
    `
    select :c
    select_first_similar ctrl+space
    select_n_similar
    unselect_similar backspace
    skip_noise_and_mua
    filter :f
    sort :s
    clear_filter esc
    sort_by_ch :sch
    sort_by_sh :ssh
    sort_by_depth :sde
    sort_by_fr :sfr
    sort_by_amp :sam
    sort_by_n_spikes :sns
    first home
    last end
    reset_wizard ctrl+alt+space :reset
    next space
    previous shift+space
    next_best down
    previous_best up`,
  ),
  ...actionsOf(
    'View',
    `
    toggle_spike_reorder ctrl+r
    switch_raw_data_filter alt+r
    color_field_cluster :cfcl
    color_field_group :cfgr
    color_field_n_spikes :cfns
    colormap_categorical :cmca
    colormap_cluster_group :cmcl
    colormap_diverging :cmdi
    colormap_linear :cmli
    colormap_rainbow :cmra
    toggle_categorical_colormap
    toggle_logarithmic_colormap`,
  ),
  ...actionsOf('Help', 'show_all_shortcuts f1 h\nabout ?'),
  ...actionsOf(ANY_VIEW, 'toggle_auto_update\nscreenshot\nclose\nview_settings'),
  ...actionsOf(
    'WaveformView',
    `
    change_n_spikes_waveforms :wn
    increase ctrl+up
    decrease ctrl+down
    reset_scaling
    toggle_waveform_overlap o
    toggle_show_labels ctrl+l
    next_waveforms_type w
    previous_waveforms_type shift+w
    toggle_mean_waveforms m
    toggle_templates
    widen ctrl+right
    narrow ctrl+left
    extend_horizontally shift+right
    shrink_horizontally shift+left
    extend_vertically shift+up
    shrink_vertically shift+down`,
  ),
  ...actionsOf(
    'CorrelogramView',
    `
    increase
    decrease
    reset_scaling
    toggle_normalization n
    toggle_labels
    set_bin :cb
    set_window :cw
    set_refractory_period :cr`,
  ),
  ...actionsOf(
    'ISIView',
    `
    increase
    decrease
    reset_scaling
    set_n_bins :isin
    set_bin_size :isib
    set_x_min :isimin
    set_x_max :isimax`,
  ),
  ...actionsOf(
    'FiringRateView',
    `
    increase
    decrease
    reset_scaling
    set_n_bins :frn
    set_bin_size :frb
    set_x_min :frmin
    set_x_max :frmax`,
  ),
  ...actionsOf(
    'FeatureView',
    `
    increase ctrl++
    decrease ctrl+-
    reset_scaling
    ${MARKER}
    toggle_automatic_channel_selection c
    clear_channels`,
  ),
  ...actionsOf(
    'AmplitudeView',
    `
    ${MARKER}
    change_amplitudes_type_to_feature
    change_amplitudes_type_to_raw
    change_amplitudes_type_to_template
    change_amplitudes_type_to_template_feature
    next_amplitudes_type a
    previous_amplitudes_type shift+a
    next_amplitude_type a
    previous_amplitude_type shift+a`,
  ),
  ...actionsOf('TemplateFeatureView', MARKER),
  ...actionsOf('SpikeNameView', MARKER),
  ...actionsOf(
    'ClusterScatterView',
    `
    ${COLOR}
    ${MARKER}
    set_x_axis :csx
    set_y_axis :csy
    set_size :css
    toggle_log_scale_for_x_axis
    toggle_log_scale_for_y_axis
    toggle_log_scale_for_size`,
  ),
  ...actionsOf(
    'RasterView',
    `
    ${COLOR}
    increase_marker_size ctrl+shift++
    decrease_marker_size ctrl+shift+-
    reset_marker_size`,
  ),
  ...actionsOf(
    'TemplateView',
    `
    ${COLOR}
    increase ctrl+alt++
    decrease ctrl+alt+-
    reset_scaling`,
  ),
  ...actionsOf('ProbeView', 'toggle_show_labels'),
  ...actionsOf(
    'TraceView',
    `
    ${COLOR}
    increase alt+up
    decrease alt+down
    reset_scaling
    toggle_show_labels alt+l
    toggle_highlighted_spikes alt+s
    toggle_auto_scale
    switch_origin alt+o
    go_to alt+t :tg
    go_to_start alt+home
    go_to_end alt+end
    shift :ts
    go_right alt+right
    go_left alt+left
    jump_right alt+shift+right
    jump_left alt+shift+left
    widen alt+-
    narrow alt++
    go_to_next_spike alt+pgdown
    go_to_previous_spike alt+pgup`,
  ),
  ...actionsOf(
    'TraceImageView',
    `
    increase ctrl+alt+up
    decrease ctrl+alt+down
    switch_origin ctrl+alt+o
    go_to ctrl+alt+t :tig
    go_to_start ctrl+alt+home
    go_to_end ctrl+alt+end
    shift :tis
    go_right ctrl+alt+right
    go_left ctrl+alt+left
    jump_right ctrl+alt+shift+right
    jump_left ctrl+alt+shift+left
    widen ctrl+alt+shift+-
    narrow ctrl+alt+shift++`,
  ),
];

export interface ReferenceGesture {
  /** Class of a view, `Tables`, or `Every view`. */
  readonly group: string;
  /** In the list of shortcuts of the reference, which names not all of them. */
  readonly name: string | null;
  readonly input: string;
  /** Only in this version. */
  readonly only: '2.0' | '2.1' | undefined;
}

/** `name: input | input` per line, `-` without a name; `2.0` or `2.1` before it where only one version has it. */
function gesturesOf(group: string, lines: string): readonly ReferenceGesture[] {
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const [, version, name, inputs] = /^\s*(2\.[01])?\s*(\w+|-): (.+)$/.exec(line) ?? [];
      const only = version === '2.0' || version === '2.1' ? version : undefined;
      return inputs.split(' | ').map((input) => ({ group, name: name === '-' ? null : name, input, only }));
    });
}

const LASSO = `
  add_lasso_point: ctrl+left click
  stop_lasso: ctrl+right click`;
const MARKERS = 'change_marker_size: ctrl+wheel | alt+wheel';

export const GESTURES: readonly ReferenceGesture[] = [
  ...gesturesOf(
    'Tables',
    `
    -: click on a row
    -: ctrl+click on a row
    -: shift+click on a row
    2.1 -: ctrl+right click in SimilarityView
    2.1 -: ctrl+right click in ClusterView
    -: click on a column header`,
  ),
  ...gesturesOf(
    'Every view',
    `
    -: left drag
    -: right drag | wheel
    -: double-click`,
  ),
  ...gesturesOf(
    'WaveformView',
    `
    change_box_size: ctrl+wheel
    -: ctrl+left click | ctrl+right click | digit+click`,
  ),
  ...gesturesOf(
    'CorrelogramView',
    `
    change_window_size: ctrl+wheel
    2.1 change_bin_size: alt+wheel
    2.1 -: right click`,
  ),
  ...['ISIView', 'FiringRateView'].flatMap((view) =>
    gesturesOf(
      view,
      `
      change_window_size: ctrl+wheel
      2.1 -: shift+wheel
      2.1 -: alt+wheel`,
    ),
  ),
  ...gesturesOf(
    'FeatureView',
    `
    ${LASSO}
    2.0 change_marker_size: ctrl+wheel
    2.1 change_marker_size: alt+wheel
    2.1 -: ctrl+wheel
    select_x_dim: alt+left click
    select_y_dim: alt+right click`,
  ),
  ...gesturesOf(
    'AmplitudeView',
    `
    ${LASSO}
    ${MARKERS}
    2.1 select_time: alt+left click
    2.1 select_x_dim: shift+left click
    2.1 select_y_dim: shift+right click`,
  ),
  ...gesturesOf('TemplateFeatureView', `${LASSO}\n${MARKERS}`),
  ...gesturesOf('SpikeNameView', `${LASSO}\n${MARKERS}`),
  ...gesturesOf(
    'ClusterScatterView',
    `
    select_cluster: click
    select_more: shift+click
    ${LASSO}
    ${MARKERS}
    2.1 switch_color_scheme: shift+wheel`,
  ),
  ...gesturesOf(
    'RasterView',
    `
    select_cluster: ctrl+click
    2.1 select_more: shift+click | ctrl+shift+click
    ${MARKERS}
    2.1 switch_color_scheme: shift+wheel`,
  ),
  ...gesturesOf(
    'TemplateView',
    `
    select_cluster: ctrl+click
    2.1 select_more: shift+click | ctrl+shift+click
    change_template_size: ctrl+wheel
    2.1 switch_color_scheme: shift+wheel`,
  ),
  ...gesturesOf(
    'TraceView',
    `
    change_trace_size: ctrl+wheel
    select_spike: ctrl+click
    2.1 navigate: alt+wheel
    2.1 select_channel_pcA: shift+left click
    2.1 select_channel_pcB: shift+right click
    2.1 switch_color_scheme: shift+wheel`,
  ),
  ...gesturesOf(
    'TraceImageView',
    `
    change_trace_size: ctrl+wheel
    2.1 navigate: alt+wheel`,
  ),
];

/**
 * Why something of the reference is not here in the same way: `Edit.recluster`, `AmplitudeView.select_x_dim shift+left click`,
 * `Select > Reset wizard`. A reason that is not needed (any more) fails the test.
 */
export const DEPARTURES: Readonly<Record<string, string>> = {
  'Edit.recluster': 'runs KlustaKwik, another program; left out',
  'AmplitudeView.select_x_dim shift+left click':
    'the reference lists it here and does it in the feature view: alt+left click or shift+left click there',
  'AmplitudeView.select_y_dim shift+right click':
    'the reference lists it here and does it in the feature view: alt+right click or shift+right click there',
  'Select > Reset wizard': 'has the key that the reference declares and does not bind',
};
