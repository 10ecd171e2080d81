/** Signatures and one line each for what `m`, `c` and `s` have: for completion in the console. */
import type { ScriptClustering, ScriptController, ScriptMetadata, ScriptModel, ScriptSupervisor } from './api.ts';

export interface MemberDoc {
  readonly signature: string;
  readonly doc: string;
}

type DocsOf<T> = Readonly<Record<keyof T, MemberDoc>>;

const doc = (signature: string, text: string): MemberDoc => ({ signature, doc: text });
const vector = (dtype: string, text: string): MemberDoc => doc(`Promise<${dtype}>`, text);

export const MODEL_DOCS: DocsOf<ScriptModel> = {
  name: doc('string', 'Name of the dataset.'),
  dir_path: doc('string', 'Folder of the data.'),
  format: doc('string', 'template or kwik.'),
  sample_rate: doc('number', 'Sample rate, Hz.'),
  duration: doc('number', 'Length of the recording, s.'),
  n_spikes: doc('number', 'Number of spikes.'),
  n_channels: doc('number', 'Number of channels.'),
  n_templates: doc('number', 'Number of templates.'),
  n_samples_waveforms: doc('number', 'Samples of a waveform.'),
  channel_mapping: doc('Int32Array', 'Raw column of each channel.'),
  channel_positions: doc('float64 [channel][x, y]', 'Where the channels are, µm.'),
  channel_shanks: doc('Float64Array', 'Shank of each channel.'),
  channel_probes: doc('Float64Array', 'Probe of each channel.'),
  channel_labels: doc('string[]', 'What the window calls the channels.'),
  metadata_fields: doc('string[]', 'Names of the label files.'),
  spike_times: vector('Float64Array', 'Time of each spike, s.'),
  spike_samples: vector('Float64Array', 'Sample of each spike.'),
  spike_clusters: vector('Int32Array', 'Cluster of each spike now.'),
  spike_templates: vector('Int32Array', 'Template that found each spike.'),
  amplitudes: vector('Float64Array', 'Amplitude of each spike, as stored.'),
  get_template: doc('(template_id)', 'One template, unwhitened, the best channel first.'),
  get_features: doc('(spike_ids, channel_ids?)', 'Features [spike][channel][pc].'),
  get_template_features: doc('(spike_ids)', 'Template features [spike][template].'),
  get_waveforms: doc('(spike_ids, channel_ids?, before?, sample_count?)', 'Raw waveforms [spike][sample][channel].'),
  get_traces: doc('(start, end, channel_ids?)', 'Raw data [sample][channel] of these samples.'),
  cluster: doc('(cluster_id)', 'Spikes, times, templates, amplitudes, channels and labels of a cluster now.'),
  get_cluster_template: doc('(cluster_id)', 'The template that found most of its spikes.'),
  get_template_spikes: doc('(template_id)', 'Spikes that the template found.'),
  get_cluster_spikes: doc('(cluster_id)', 'Spikes of the cluster now.'),
  get_template_channels: doc('(template_id)', 'Channels of the template, the best one first.'),
  get_cluster_channels: doc('(cluster_id)', 'Channels of the cluster, the best one first.'),
};

export const CONTROLLER_DOCS: DocsOf<ScriptController> = {
  model: doc('m', 'The model.'),
  supervisor: doc('s', 'The supervisor.'),
  n_spikes_waveforms: doc('number, can be set', 'Waveforms of each cluster at most.'),
  batch_size_waveforms: doc('number, can be set', 'Runs of successive spikes that waveforms come from.'),
  n_spikes_features: doc('number, can be set', 'Spikes of each cluster in the feature view at most.'),
  n_spikes_features_background: doc('number, can be set', 'Grey spikes in the feature view, about.'),
  n_spikes_correlograms: doc('number, can be set', 'Spikes of each cluster in correlograms at most.'),
  n_spikes_amplitudes: doc('number, can be set', 'Spikes of each cluster in the amplitude view at most.'),
  get_best_channel: doc('(cluster_id)', 'The best channel.'),
  get_best_channels: doc('(cluster_id)', 'Channels, the best one first.'),
  get_spike_times: doc('(cluster_id)', 'Times of its spikes, s.'),
  get_spike_ids: doc('(cluster_id)', 'Its spikes.'),
  get_mean_firing_rate: doc('(cluster_id)', 'Mean firing rate, Hz.'),
  get_probe_depth: doc('(cluster_id)', 'Depth, µm.'),
  get_cluster_amplitude: doc('(cluster_id)', 'Amplitude of its template.'),
  similarity: doc('(cluster_id)', '[id, similarity] of the clusters most like it.'),
  query: doc('(name, cluster_ids?, params?)', 'The answer of a view, as phy query gives it.'),
};

export const SUPERVISOR_DOCS: DocsOf<ScriptSupervisor> = {
  selected: doc('number[]', 'Selected clusters, then selected similar ones.'),
  selected_clusters: doc('number[]', 'Clusters selected in the cluster view.'),
  selected_similar: doc('number[]', 'Clusters selected in the similarity view.'),
  clustering: doc('object', 'cluster_ids, spike_clusters, spikes_per_cluster, ...'),
  cluster_meta: doc('object', 'Groups and labels.'),
  actions: doc('object', 'Every action by its name.'),
  columns: doc('string[]', 'Columns of the cluster view.'),
  fields: doc('string[]', 'Names of the labels.'),
  cluster_info: doc('row[]', 'The rows of the cluster view.'),
  shown: doc('number[]', 'Clusters in the order of the cluster view.'),
  shown_similar: doc('number[]', 'Clusters in the order of the similarity view.'),
  dirty: doc('boolean', 'True when something is not saved.'),
  get_cluster_info: doc('(cluster_id)', 'The row of a cluster.'),
  get_labels: doc('(field)', 'A label of every cluster.'),
  n_spikes: doc('(cluster_id)', 'Number of its spikes.'),
  select: doc('(cluster_ids)', 'Selects clusters.'),
  merge: doc('(cluster_ids?, to?)', 'Merges these clusters, or the selected ones.'),
  split: doc('(spike_ids, labels?)', 'Splits spikes off into new clusters.'),
  label: doc('(field, value, cluster_ids?)', 'Sets a label.'),
  move: doc('(group, which)', 'Moves best, similar, all or given clusters to a group.'),
  filter: doc('(expression)', 'Filters the cluster view.'),
  sort: doc('(column, direction?)', 'Sorts the cluster view.'),
  undo: doc('()', 'Takes back the last action.'),
  redo: doc('()', 'Repeats the action that was undone last.'),
  save: doc(
    '(over?)',
    'Writes clusters, groups and labels; with true also over files that another program changed meanwhile.',
  ),
};

export const CLUSTERING_DOCS: DocsOf<ScriptClustering> = {
  cluster_ids: doc('number[]', 'All clusters, ascending.'),
  n_clusters: doc('number', 'Number of clusters.'),
  new_cluster_id: doc('number', 'The next free id.'),
  cluster_counts: doc('Map', 'Number of spikes of each cluster.'),
  spike_clusters: vector('Int32Array', 'Cluster of each spike now.'),
  spikes_per_cluster: doc('.get(cluster_id)', 'Spikes of a cluster.'),
  spikes_in_clusters: doc('(cluster_ids)', 'Spikes of all of them, ascending.'),
};

export const METADATA_DOCS: DocsOf<ScriptMetadata> = {
  fields: doc('string[]', 'group and the labels.'),
  get: doc('(field, cluster_id)', 'One value.'),
  to_dict: doc('(field)', 'Values of all clusters that have one.'),
};
