import {expect} from 'chai'
import {mkdir, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {rootCertificates} from 'node:tls'

import {RotationError} from '../../../../src/lib/errors.js'
import {certificatesOf} from '../../../../src/lib/http/certificates.js'
import {errorOf} from '../../../support/failure.js'
import {tempRoot} from '../../../support/temp-root.js'

const [one = '', two = '', three = ''] = rootCertificates
const pem = (name: string) => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`

describe('certificates of the environment', function () {
  const root = tempRoot()
  const file = async (name: string, text: string) => {
    const path = join(root(), name)
    await writeFile(path, text)
    return path
  }

  it('are those of Node where no variable names any', async function () {
    expect(await certificatesOf({})).to.equal(null)
    expect(await certificatesOf({SSL_CERT_DIR: '', SSL_CERT_FILE: ''})).to.equal(null)
  })

  it('are those of SSL_CERT_FILE beside those of Node', async function () {
    const certificates = await certificatesOf({SSL_CERT_FILE: await file('ca.pem', pem('own'))})
    expect(certificates).to.include(pem('own')).and.include.members([one, two, three])
  })

  it('are those of NODE_EXTRA_CA_CERTS too, which Node forgets once it is given others', async function () {
    const [extra, own] = [await file('extra.pem', pem('extra')), await file('ca.pem', pem('own'))]
    expect(await certificatesOf({NODE_EXTRA_CA_CERTS: extra, SSL_CERT_FILE: own})).to.include.members([pem('extra'), pem('own')])
    expect(await certificatesOf({NODE_EXTRA_CA_CERTS: extra}), 'Node reads it by itself').to.equal(null)
  })

  it('are all in SSL_CERT_DIR, each once, without what is no certificate', async function () {
    const directory = join(root(), 'certs')
    await mkdir(join(directory, 'java'), {recursive: true})
    await file('certs/a.pem', pem('a'))
    await file('certs/b.pem', pem('b'))
    await file('certs/README', 'no certificate')
    await symlink('a.pem', join(directory, '12345678.0'))
    await symlink('nowhere', join(directory, '87654321.0'))
    const certificates = (await certificatesOf({SSL_CERT_DIR: directory})) ?? []
    expect(certificates.filter(text => !rootCertificates.includes(text))).to.have.members([pem('a'), pem('b')])
  })

  for (const name of ['SSL_CERT_FILE', 'SSL_CERT_DIR']) {
    it(`are refused by the name of ${name} where that cannot be read`, async function () {
      const error = await errorOf(RotationError, certificatesOf({[name]: join(root(), 'none')}))
      expect(error).to.include({code: 'ROTATE_CERTIFICATES', exit: 'usage'})
      expect(error.message).to.include(name)
    })
  }
})
