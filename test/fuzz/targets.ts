import type {Target} from './target.js'

import {files} from './targets/files.js'
import {filter} from './targets/filter.js'
import {gitHubAnswers} from './targets/github-answers.js'
import {herokuAnswers} from './targets/heroku-answers.js'
import {infisicalAnswers} from './targets/infisical-answers.js'
import {journal} from './targets/journal.js'
import {redaction} from './targets/redaction.js'
import {rotationFile} from './targets/rotation-file.js'
import {shownText} from './targets/shown.js'

export const targets: readonly Target[] = [rotationFile, journal, herokuAnswers, infisicalAnswers, gitHubAnswers, redaction, filter, files, shownText]
