import { walk } from './walks/walk.ts';

walk('webkit');
