import { walk } from './walks/walk.ts';

walk('firefox');
