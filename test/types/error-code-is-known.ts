/** Law: every error code is in the catalogue, which says how the command ends. */
import {RotationError, todo} from '../../src/lib/errors.js'

// @ts-expect-error a code that the catalogue does not have
export const error = new RotationError('ROTATE_UNHEARD_OF', 'It failed.', {next: todo('Try again.')})
