import { expect, test } from 'vitest';
import { params as amplitude } from '../../views/amplitude/params.ts';
import { params as correlogram } from '../../views/correlogram/params.ts';
import { params as feature } from '../../views/feature/params.ts';
import { params as templateFeature } from '../../views/templateFeature/params.ts';
import { params as waveform } from '../../views/waveform/params.ts';
import { BUDGETS, budgetNames } from './budgets.ts';

const views = {
  AmplitudeView: amplitude,
  CorrelogramView: correlogram,
  FeatureView: feature,
  TemplateFeatureView: templateFeature,
  WaveformView: waveform,
};

test('names, defaults and limits are those that the views declare', () => {
  for (const name of budgetNames) {
    const { always, default: value, min } = BUDGETS[name];
    expect(always.length).toBeGreaterThan(0);
    for (const view of always) {
      const declared = Object.values(views[view as keyof typeof views]).find((param) => param.stateKey === name);
      expect(declared, `${name} of ${view}`).toMatchObject({ default: value, min, keep: 'user' });
    }
  }
});
