import {expect} from 'chai'

import {consumerKinds} from '../../../../src/lib/consumers/registry.js'
import {probeKinds} from '../../../../src/lib/probes/registry.js'
import {consumersOf, DIRECTORY, fileOf, HOME, parse, validFile} from './valid-file.js'

describe('a rotation file', function () {
  it('has every kind of consumer and of probe', function () {
    const [rotation] = parse(validFile)
    expect(new Set(rotation?.consumers.map(({address}) => address.kind))).to.deep.equal(new Set(consumerKinds.keys()))
    expect(new Set(rotation?.probes.map(({address}) => address.kind))).to.deep.equal(new Set(probeKinds.keys()))
  })

  it('says what is rotated, how often, and who is told', function () {
    const [rotation, ...others] = parse(validFile)
    expect(others).to.deep.equal([])
    expect(rotation).to.deep.include({actor: 'ops@example.com', every: 90, expiresIn: 7_776_000, name: 'raxx-platform-token', scope: ['global']})
    expect(rotation?.announce).to.deep.equal({
      audit: [
        {kind: 'webhook', secretEnv: 'AUDIT_SECRET', url: 'https://audit.example.com/entries'},
        {kind: 'file', path: `${HOME}/audit.jsonl`},
        {kind: 'command', run: [`${DIRECTORY}/bin/tell`]},
      ],
      notify: [{kind: 'webhook', url: 'https://hooks.example.com/rotated'}],
    })
  })

  it('puts the store before all, and consumers into wave 1 where it names none', function () {
    const [rotation] = parse(validFile)
    expect(rotation?.consumers.map(({address: {kind}, role, wave}) => `${kind} ${role} ${wave}`)).to.deep.equal([
      'infisical store 0', 'heroku-config consumer 0', 'heroku-config consumer 1', 'heroku-config consumer 1', 'github-secret consumer 1',
      'file consumer 1', 'file consumer 1', 'command consumer 1', 'command consumer 2', 'pipeline-config consumer 1', 'manual consumer 1',
    ])
    expect(rotation?.probes.map(({wave}) => wave)).to.deep.equal([null, null, 0])
  })

  it('fills in what is usual', function () {
    const [rotation] = parse(fileOf('store: {kind: infisical, project: p, environment: prod}', 'consumers: [{kind: heroku-config, app: example-app}]'))
    expect(rotation?.consumers.map(({address}) => address)).to.deep.equal([
      {environment: 'prod', kind: 'infisical', path: '/', project: 'p', secret: 'HEROKU_API_KEY'},
      {app: 'example-app', kind: 'heroku-config'},
    ])
    expect(rotation).to.deep.include({actor: null, announce: {audit: [], notify: []}, every: null, expiresIn: undefined, probes: [], scope: undefined})
  })

  it('takes a lifetime as the flag does, or in seconds', function () {
    const lifetimes = ['90d', '12w', '48h', '3600', '"3600"'].map(text => parse(fileOf(`expires-in: ${text}`))[0]?.expiresIn)
    expect(lifetimes).to.deep.equal([7_776_000, 7_257_600, 172_800, 3600, 3600])
  })

  const paths: [string, string][] = [
    ['~', HOME], ['~/.zshrc', `${HOME}/.zshrc`], ['.env', `${DIRECTORY}/.env`], ['../.env', '/work/shop/.env'], ['/etc/example.env', '/etc/example.env'],
  ]
  for (const [given, meant] of paths) {
    it(`takes the path ${given} for ${meant}`, function () {
      const [rotation] = parse(consumersOf(`{kind: file, path: "${given}", format: dotenv}`))
      expect(rotation?.consumers[0]?.address).to.deep.include({path: meant})
    })
  }

  const programs: [string, string][] = [
    ['./bin/put', `${DIRECTORY}/bin/put`], ['~/bin/put', `${HOME}/bin/put`], ['vault', 'vault'], ['/opt/put', '/opt/put'],
  ]
  for (const [given, meant] of programs) {
    it(`takes the program ${given} for ${meant}, and its arguments as they are`, function () {
      const [rotation] = parse(consumersOf(`{kind: command, name: put, write: [${given}, ./argument]}`))
      expect(rotation?.consumers[0]?.address).to.deep.include({write: [meant, './argument']})
    })
  }

  const cadences: [string, number][] = [['90d', 90], ['12w', 84], ['3m', 90], ['1y', 365]]
  for (const [every, days] of cadences) {
    it(`takes ${every} for ${days} days`, function () {
      expect(parse(fileOf(`every: ${every}`))[0]?.every).to.equal(days)
    })
  }

  it('may name several credentials', function () {
    expect(parse('version: 1\nrotations:\n  one-token: {}\n  other-token: {every: 30d}\n').map(({name}) => name)).to.deep.equal(['one-token', 'other-token'])
  })

  it('may have CRLF, a byte order mark and be JSON', function () {
    const meant = parse(validFile)
    expect(parse(validFile.replaceAll('\n', '\r\n'))).to.deep.equal(meant)
    expect(parse(`\uFEFF${validFile}`)).to.deep.equal(meant)
    expect(parse('{"version": 1, "rotations": {"example-token": {"every": "90d"}}}')).to.have.length(1)
  })

  it('may say the same with an alias', function () {
    const [one, other] = parse('version: 1\nrotations:\n  one: &usual\n    consumers: [{kind: heroku-config, app: example-app}]\n  other: *usual\n')
    expect(other).to.deep.equal({...one, name: 'other'})
  })
})
