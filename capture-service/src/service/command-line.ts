// The command line of capture-service: which file, and which of its two instances it is.

import { readCommandLine } from '@soft-stream/shared/command-line/command-line';
import { serviceProgram } from '@soft-stream/shared/command-line/service-program';
import { CAPTURE_ROLES, type CaptureRole } from '@soft-stream/shared/config/capture-roles';
import { EXIT, FatalError } from '@soft-stream/shared/runtime/errors';

const DUTY =
  'Owns the cameras: publishes their frames to shared memory, and takes stills, while somebody asks for them.';
const ROLE_USAGE = `  --role ROLE      devices (default): the cameras of this machine, without a network;
                   network: the cameras behind addresses, without devices
`;

export interface CaptureCommandLine {
  readonly role: CaptureRole;
  readonly envFile: string | undefined;
}

/** @throws {FatalError} 2 for a role that there is not */
export function readCaptureCommandLine(): CaptureCommandLine {
  const { usage, ...program } = serviceProgram('capture-service', DUTY);
  const { values } = readCommandLine({
    ...program,
    usage: usage.replace('  -h, --help', `${ROLE_USAGE}  -h, --help`),
    options: { ...program.options, role: { type: 'string' } },
  });
  const role = CAPTURE_ROLES.find((each) => each === (values.role ?? 'devices'));
  if (role !== undefined) return { role, envFile: values['env-file'] };
  const message = `--role ${values.role}: must be ${CAPTURE_ROLES.join(' or ')}`;
  throw new FatalError(EXIT.usage, 'ERR_USAGE', message);
}
