import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { displayPath } from './display-path.js';

describe('displayPath', () => {
  it.each([
    ['/srv/hub/config/brands/acme.yaml', '/srv/hub/config', 'brands/acme.yaml'],
    ['/srv/hub/config/brands', '/srv/hub/config/', 'brands'],
    [join(resolve('config'), 'brands', 'acme.yaml'), './config', 'brands/acme.yaml'],
    ['config/brands/acme.yaml', './config', 'brands/acme.yaml'],
    ['/home/asha/work/acme.yaml', '/srv/hub/config', 'acme.yaml'],
    ['/srv/hub/config-of-another/acme.yaml', '/srv/hub/config', 'acme.yaml'],
    ['/srv/hub/config', '/srv/hub/config', 'config'],
    ['brands/acme.yaml', '/srv/hub/config', 'brands/acme.yaml'],
    ['../shared/acme.yaml', '/srv/hub/config', '../shared/acme.yaml'],
  ])('%s in %s is %s', (file, directory, shown) => {
    expect(displayPath(file, directory)).toBe(shown);
  });
});
