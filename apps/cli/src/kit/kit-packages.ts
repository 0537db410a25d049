/** Package of the kit: what npm gets of a library of this repository. */
export interface KitPackage {
  /** Folder in `libs`. */
  readonly library: string;
  /** Entry points for authors. Other entry points serve the tests of this repository only. */
  readonly entryPoints: readonly string[];
  /** Folders of `dist` that belong to no entry point for authors. */
  readonly leftOut: readonly string[];
  /** Packages that the author installs too, besides the peers in the manifest of the library. */
  readonly peers: readonly string[];
}

/** Packages that an author of a plugin installs. */
export const KIT_PACKAGES: readonly KitPackage[] = [
  { library: 'plugin-sdk', entryPoints: ['.'], leftOut: [], peers: [] },
  {
    library: 'testing',
    entryPoints: ['.', './suite'],
    leftOut: ['examples', 'services'],
    peers: ['@jest/globals'],
  },
];

/** Package for programs that call the API. It is packed like the kit, but a plugin does not need it. */
export const CLIENT_PACKAGE: KitPackage = { library: 'client', entryPoints: ['.'], leftOut: [], peers: [] };
