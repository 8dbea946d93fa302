import type { k8s } from 'cdk8s-plus-27';
import { itemComment, whenItems } from './blocks.ts';
import type { Condition } from './condition.ts';
import { Expr, type TemplatedFields } from './expr.ts';
import { define } from './helpers.ts';

/** What a variable is set to: text, or a field or a Secret that Kubernetes reads it from. */
type Value = string | Expr<string> | TemplatedFields<k8s.EnvVarSource>;

/** A variable that is not always set. */
class Conditional {
  readonly condition: Condition;
  readonly value: Value;
  readonly why: string | undefined;

  constructor(condition: Condition, value: Value, why: string | undefined) {
    this.condition = condition;
    this.value = value;
    this.why = why;
  }
}

/** A variable that is set if the condition holds. */
export const only = (condition: Condition, value: Value, why?: string) => new Conditional(condition, value, why);

/** A field of the pod, such as `metadata.name`. */
export const podField = (fieldPath: string) => ({ fieldRef: { fieldPath } });

/**
 * Variables for a program whose schema reads `Input`. In one literal of this type, a name that the program does not read,
 * a name that is there twice, and a required name that is missing do not compile.
 */
export type Environment<Input> = { readonly [Name in keyof Input]: Value | Conditional };
type Variables = Readonly<Record<string, Value | Conditional>>;

/** The `env` of a container. */
export const env = (variables: Variables): TemplatedFields<k8s.EnvVar>[] =>
  Object.entries(variables).flatMap(([name, value]) => {
    if (!(value instanceof Conditional)) return [variable(name, value)];
    const why = value.why === undefined ? [] : itemComment(value.why);
    return whenItems(value.condition, [...why, variable(name, value.value)]);
  });

const variable = (name: string, value: Value): TemplatedFields<k8s.EnvVar> =>
  typeof value === 'string' || value instanceof Expr ? { name, value } : { name, valueFrom: value };

/** Names the variables in the template `liteset.<name>`, a YAML list, so that requirements.yaml can refuse to set them twice. */
export const reserve = (name: string, why: string, variables: Variables): void =>
  define(name, why, () =>
    Object.keys(variables)
      .map((variable) => `- ${variable}`)
      .join('\n'),
  );
