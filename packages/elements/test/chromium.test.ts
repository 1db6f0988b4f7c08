import { walk } from './walks/walk.ts';

walk('chromium');
