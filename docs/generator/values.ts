import { valuesTable } from '../../cdk8s/helm/values-pages.ts';
import { Values } from '../../cdk8s/values.ts';
import { page } from './markdown.ts';

/** The values of the chart. */
export const values = (): string =>
  page(
    'Values of the chart',
    'This page lists every value that `helm install --set` takes, with its default. `charts/liteset/values.yaml` has\nthe same texts, and `values.schema.json` the limits.',
    valuesTable(Values),
  );
