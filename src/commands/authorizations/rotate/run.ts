import Rotate from './index.js'

/** `authorizations:rotate` under an id that no CLI has, for scripts; a class of its own, because oclif writes the id into the class. */
export default class RotateRun extends Rotate {}
