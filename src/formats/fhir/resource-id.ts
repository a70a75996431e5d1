/**
 * Logical ids: FHIR R4, type id: 1 to 64 of `A-Z a-z 0-9 - .`. Keys of the directory may hold more (`3750000001/0042`):
 * other octets become a point and two hexadecimal digits, so that an id leads back to its key.
 */
const maxIdLength = 64;
const idForm = /^[A-Za-z0-9.-]{1,64}$/;

/** The id of `key`, or undefined when it would be too long for FHIR. */
export function idOfKey(key: string): string | undefined {
  const id = [...Buffer.from(key)]
    .map((octet) => {
      const letter = String.fromCharCode(octet);
      return /[A-Za-z0-9-]/.test(letter) ? letter : `.${octet.toString(16).padStart(2, '0')}`;
    })
    .join('');
  return id.length >= 1 && id.length <= maxIdLength ? id : undefined;
}

/** The key that has `id`, or undefined when no key has it. */
export function keyOfId(id: string): string | undefined {
  if (!idForm.test(id)) return undefined;
  const octets = id.replace(/\.([0-9a-f]{2})/g, (_escaped, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  const key = Buffer.from(octets, 'latin1').toString('utf8');
  return idOfKey(key) === id ? key : undefined;
}
