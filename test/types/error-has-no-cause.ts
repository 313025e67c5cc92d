/** Law: an error takes no cause, for a cause could hold a request, and a request holds a token. */
import {RotationError} from '../../src/lib/errors.js'

// @ts-expect-error the details of an error have no cause
export const error = new RotationError('ROTATE_EXAMPLE', 'It failed.', {cause: new Error('request'), next: 'Try again.'})
