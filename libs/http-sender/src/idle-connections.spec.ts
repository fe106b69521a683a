import { describe, expect, it } from '@jest/globals';
import { IdleConnections, type IdleConnection } from './idle-connections.js';

function idleList(max: number) {
  const idle = new IdleConnections(max);
  const closed: number[] = [];
  const connections = [0, 1, 2, 3, 4].map((number): IdleConnection => {
    const connection: IdleConnection = {
      newer: undefined,
      older: undefined,
      discard: () => {
        closed.push(number);
        idle.remove(connection);
      },
    };
    return connection;
  });
  const add = (...numbers: number[]): void => {
    for (const number of numbers) idle.add(connections[number] ?? never());
  };
  const remove = (number: number): void => idle.remove(connections[number] ?? never());
  return { idle, closed, add, remove };
}

function never(): never {
  throw new Error('no such connection');
}

describe('idle connections', () => {
  it('are closed in the order in which they became idle, when there are too many', () => {
    const { idle, closed, add } = idleList(2);
    add(0, 1, 2, 3);
    expect(closed).toEqual([0, 1]);
    expect(idle.size).toBe(2);
  });

  it('that were used in between are the newest', () => {
    const { closed, add, remove } = idleList(3);
    add(0, 1, 2);
    remove(0);
    remove(1);
    add(1, 0, 3);
    expect(closed).toEqual([2]);
  });

  it('are all closed at the end, and nothing is kept then', () => {
    const { idle, closed, add, remove } = idleList(10);
    add(0, 1, 2, 3);
    remove(3);
    idle.close();
    add(4);
    expect(closed).toEqual([0, 1, 2, 4]);
    expect(idle.size).toBe(0);
  });
});
