/** The list of operators, by the name that is printed. */
import * as calls from './calls.ts';
import * as conditions from './conditions.ts';
import type { Operator } from './operator.ts';
import * as values from './values.ts';

/** Every kind of change. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  'negate a condition': conditions.negateCondition,
  'move a bound': conditions.moveBound,
  'flip an equality': conditions.flipEquality,
  'keep one operand': conditions.oneOperand,
  'keep one branch': conditions.oneBranch,
  'drop a check': conditions.dropCheck,
  'drop a not': conditions.dropNot,
  'swap a method': conditions.swapMethod,
  'empty a case': conditions.emptyCase,
  'drop a statement': calls.dropStatement,
  'drop an await': calls.dropAwait,
  'argument in place of a call': calls.argumentForCall,
  'receiver in place of a call': calls.receiverForCall,
  'drop an argument': calls.dropLastArgument,
  'return nothing': calls.returnNothing,
  'give null': calls.arrowGivesNull,
  'change a literal': values.changeLiteral,
  'change arithmetic': values.changeArithmetic,
  'drop an element': values.dropElement,
  'drop a property': values.dropProperty,
  'drop a value from a template': values.dropTemplateValue,
  'drop a default': values.dropDefault,
};
