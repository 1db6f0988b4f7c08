// Every route of the sign-in: login, sign-up and the second step.
import { handle } from '../../../../lib/mfa';

export { handle as DELETE, handle as GET, handle as POST };
