/** Tree of texts, by area and key. */
export interface MessageTree {
  readonly [key: string]: string | MessageTree;
}
