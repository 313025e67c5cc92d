import {expect} from 'chai'

import {isPrivate, PrivateAddress, refusePrivate} from '../../../../src/lib/http/private-address.js'
import {errorOf} from '../../../support/failure.js'

const PRIVATE = [
  '0.0.0.0', '10.0.0.1', '10.255.255.255', '100.64.0.1', '127.0.0.1', '127.1.2.3', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.168.1.1',
  '[::]', '[::1]', '[fc00::1]', '[fd12::1]', '[fe80::1]', '[febf::1]', '[::ffff:127.0.0.1]', '[::ffff:a00:1]', '[64:ff9b::169.254.169.254]',
  '168.63.129.16', '192.0.0.1', '198.18.0.1', '198.19.255.255', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '[::ffff:0:127.0.0.1]', '[::127.0.0.1]',
  '[::10.0.0.1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[fec0::1]', '[ff02::1]',
  'localhost', 'LOCALHOST', 'localhost.', 'app.localhost', '2130706433', '0x7f.1', '127.1', '0177.0.0.1', '127.0.0.1.',
]
const PUBLIC = [
  '9.255.255.255', '11.0.0.1', '100.128.0.1', '128.0.0.1', '172.32.0.1', '192.169.0.1', '8.8.8.8', '[2001:db8::1]', '[::ffff:8.8.8.8]',
  '[64:ff9b::8.8.8.8]', '[64:ff9b:2::1]', '[::ffff:0:8.8.8.8]', '[::8.8.8.8]', '[2003::1]', '168.63.129.17', '192.0.1.1', '198.20.0.1', '223.255.255.255', 'example.com', 'notlocalhost',
]

describe('an address of a private network', function () {
  for (const host of PRIVATE) {
    it(`is ${host}`, function () {
      expect(isPrivate(`https://${host}:8443/health`)).to.equal(true)
    })
  }

  for (const host of PUBLIC) {
    it(`is not ${host}`, function () {
      expect(isPrivate(`https://${host}:8443/health`)).to.equal(false)
    })
  }

  it('is refused where a name resolves to one, among others', async function () {
    for (const found of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], ['fe80::1%eth0'], ['::1']]) {
      const error = await errorOf(PrivateAddress, refusePrivate('https://app.example.com:8443/health', async () => found))
      expect(error.message).to.match(/^app\.example\.com:8443 is an address of this machine or of a private network/)
    }
  })

  it('is not that of a name that is not found, which a proxy may know', async function () {
    await refusePrivate('https://app.example.com', () => Promise.reject(new Error('ENOTFOUND')))
    await refusePrivate('https://app.example.com', async () => ['93.184.216.34', '2606:2800:220:1::1'])
  })

  it('is told without a lookup', async function () {
    const asked: string[] = []
    const lookup = async (host: string) => {
      asked.push(host)
      return []
    }

    await errorOf(PrivateAddress, refusePrivate('http://[::1]:8080', lookup))
    await refusePrivate('http://8.8.8.8', lookup)
    expect(asked).to.deep.equal([])
    await refusePrivate('http://app.example.com:80', lookup)
    expect(asked).to.deep.equal(['app.example.com'])
  })
})
