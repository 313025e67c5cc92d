/** Law: an error takes no cause, for a cause could hold a request, and a request holds a token. */
import {RotationError, todo} from '../../src/lib/errors.js'

// @ts-expect-error the details of an error have no cause
export const error = new RotationError('ROTATE_UNEXPECTED', 'It failed.', {cause: new Error('request'), next: todo('Try again.')})
