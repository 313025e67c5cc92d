/** Law: every error says what to type next. */
import {RotationError} from '../../src/lib/errors.js'

// @ts-expect-error an error without a next step
export const error = new RotationError('ROTATE_UNEXPECTED', 'It failed.', {now: 'Nothing was changed.'})
