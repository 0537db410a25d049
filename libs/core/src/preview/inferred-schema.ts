import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Maximum number of fields of an inferred schema. Objects with more fields are left undeclared. */
const MAX_FIELDS = 5_000;
/** Maximum number of different names in one object. An object with more names is used as a map. */
const MAX_NAMES = 500;
const MAX_DEPTH = 16;

/** Shape of the values at one place. */
class Shape {
  readonly types = new Set<string>();
  readonly fields = new Map<string, Shape>();
  items: Shape | null = null;
  /** True if the place may contain anything. */
  isOpen = false;
}

/** Inference of a JSON Schema from values. Fields that no value has are not in the schema. */
export class SchemaInference {
  private readonly root = new Shape();
  private count = 0;

  add(value: Json): void {
    this.addTo(this.root, value, 0);
  }

  get schema(): JsonObject {
    return schemaOf(this.root);
  }

  private addTo(shape: Shape, value: Json, depth: number): void {
    if (shape.isOpen) return;
    if (value === null) return;
    if (depth > MAX_DEPTH || this.count > MAX_FIELDS) shape.isOpen = true;
    else if (Array.isArray(value)) {
      shape.types.add('array');
      for (const item of value) {
        shape.items ??= this.newShape();
        this.addTo(shape.items, item, depth + 1);
      }
    } else if (isJsonObject(value)) this.addFields(shape, value, depth);
    else shape.types.add(typeof value);
  }

  private addFields(shape: Shape, value: JsonObject, depth: number): void {
    shape.types.add('object');
    for (const [name, child] of Object.entries(value)) {
      const known = shape.fields.get(name);
      if (known === undefined && shape.fields.size === MAX_NAMES) {
        shape.isOpen = true;
        return;
      }
      const field = known ?? this.newShape();
      shape.fields.set(name, field);
      this.addTo(field, child, depth + 1);
    }
  }

  private newShape(): Shape {
    this.count += 1;
    return new Shape();
  }
}

function schemaOf({ types, fields, items, isOpen }: Shape): JsonObject {
  if (isOpen || types.size === 0) return {};
  return {
    type: [...types],
    ...(types.has('object')
      ? { properties: Object.fromEntries([...fields].map(([name, field]) => [name, schemaOf(field)])) }
      : {}),
    ...(items === null ? {} : { items: schemaOf(items) }),
  };
}
