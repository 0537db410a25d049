import { describe, expect, it } from '@jest/globals';
import { findRoute } from './find-route.js';

const handle = () => ({ status: 200 });
const routes = [
  { name: 'one', method: 'GET', path: '/a/:id.json', handle },
  { name: 'two', method: ['POST', 'PUT'], path: '/a/:id/b', handle },
  { name: 'rest', method: '*', path: '*', handle },
];

describe('findRoute', () => {
  it.each([
    ['GET', '/a/7.json', 'one', { id: '7' }],
    ['PUT', '/a/x%20y/b', 'two', { id: 'x%20y' }],
    ['GET', '/a/7/b', 'rest', {}],
    ['GET', '/a/.json', 'rest', {}],
    ['GET', '/a/7.xml', 'rest', {}],
    ['POST', '/a/7/b/', 'rest', {}],
  ])('%s %s is %s', (method, path, name, params) => {
    const found = findRoute(routes, method, path);
    expect([found?.route.name, found?.params]).toEqual([name, params]);
  });

  it('finds nothing if no route accepts everything', () => {
    expect(findRoute(routes.slice(0, 2), 'GET', '/b')).toBeUndefined();
  });
});
