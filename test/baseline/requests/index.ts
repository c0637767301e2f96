// All requests of the baseline.
import type { BaselineRequest } from '../request.ts';
import { cutouts } from './cutout.ts';
import { cutoutErrors } from './cutout-errors.ts';
import { http } from './http.ts';
import { limits } from './limits.ts';
import { mosaics } from './mosaic.ts';
import { pages } from './pages.ts';
import { reals } from './real.ts';
import { stacks } from './stack.ts';

export const requests: readonly BaselineRequest[] = [
  ...cutouts,
  ...cutoutErrors,
  ...http,
  ...stacks,
  ...mosaics,
  ...pages,
  ...limits,
  ...reals,
];
