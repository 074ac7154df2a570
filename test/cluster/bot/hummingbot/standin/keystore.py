"""The keystore's format: AES-128-CTR under PBKDF2, with a keccak-256 of key and ciphertext. Written out, as Debian's Python has neither."""
import hashlib
import json
import os

WORD = "HummingBot"
_ROUNDS = [
    0x1, 0x8082, 0x800000000000808A, 0x8000000080008000, 0x808B, 0x80000001, 0x8000000080008081, 0x8000000000008009, 0x8A, 0x88, 0x80008009, 0x8000000A,
    0x8000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x800A, 0x800000008000000A,
    0x8000000080008081, 0x8000000000008080, 0x80000001, 0x8000000080008008]
_MASK = (1 << 64) - 1


def _rotate(value, by):
    by %= 64
    return ((value << by) | (value >> (64 - by))) & _MASK


def _permute(lanes):
    for constant in _ROUNDS:
        columns = [lanes[x][0] ^ lanes[x][1] ^ lanes[x][2] ^ lanes[x][3] ^ lanes[x][4] for x in range(5)]
        mix = [columns[(x + 4) % 5] ^ _rotate(columns[(x + 1) % 5], 1) for x in range(5)]
        lanes = [[lanes[x][y] ^ mix[x] for y in range(5)] for x in range(5)]
        x, y, current = 1, 0, lanes[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x][y] = lanes[x][y], _rotate(current, (step + 1) * (step + 2) // 2)
        lanes = [[lanes[x][y] ^ (~lanes[(x + 1) % 5][y] & lanes[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        lanes[0][0] ^= constant
    return lanes


def keccak256(data):
    rate = 136
    data = bytearray(data) + b"\x01"
    data += bytes(-len(data) % rate)
    data[-1] |= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(data), rate):
        for i in range(rate // 8):
            lanes[i % 5][i // 5] ^= int.from_bytes(data[start + 8 * i:start + 8 * i + 8], "little")
        lanes = _permute(lanes)
    return b"".join(lanes[i % 5][i // 5].to_bytes(8, "little") for i in range(4))


def _double(byte):
    return ((byte << 1) ^ 0x11B) & 0xFF if byte & 0x80 else byte << 1


def _make_sbox():
    box, p, q = [0x63] * 256, 1, 1
    while True:
        p = p ^ _double(p)
        for shift in (1, 2, 4):
            q ^= (q << shift) & 0xFF
        if q & 0x80:
            q ^= 0x09
        turned = q
        for by in range(1, 5):
            turned ^= ((q << by) | (q >> (8 - by))) & 0xFF
        box[p] = turned ^ 0x63
        if p == 1:
            return box


_SBOX = _make_sbox()


def _expand(key):
    words, constant = [list(key[i:i + 4]) for i in range(0, 16, 4)], 1
    for i in range(4, 44):
        word = list(words[-1])
        if i % 4 == 0:
            word = [_SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= constant
            constant = _double(constant)
        words.append([a ^ b for a, b in zip(words[i - 4], word)])
    return [sum(words[i:i + 4], []) for i in range(0, 44, 4)]


def _encrypt_block(keys, block):
    state = [a ^ b for a, b in zip(block, keys[0])]
    for turn in range(1, 11):
        state = [_SBOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if turn < 10:
            mixed = []
            for c in range(0, 16, 4):
                col = state[c:c + 4]
                total = col[0] ^ col[1] ^ col[2] ^ col[3]
                mixed += [col[i] ^ total ^ _double(col[i] ^ col[(i + 1) % 4]) for i in range(4)]
            state = mixed
        state = [a ^ b for a, b in zip(state, keys[turn])]
    return bytes(state)


def _ctr(key, iv, data):
    keys, counter, out = _expand(key), int.from_bytes(iv, "big"), bytearray()
    for start in range(0, len(data), 16):
        stream = _encrypt_block(keys, (counter % (1 << 128)).to_bytes(16, "big"))
        out += bytes(a ^ b for a, b in zip(data[start:start + 16], stream))
        counter += 1
    return bytes(out)


def encrypt(password, text, salt=None, iv=None):
    salt, iv = salt or os.urandom(16), iv or os.urandom(16)
    derived = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1_000_000, 32)
    cipher = _ctr(derived[:16], iv, text.encode())
    store = {"crypto": {
        "cipher": "aes-128-ctr", "cipherparams": {"iv": iv.hex()}, "ciphertext": cipher.hex(), "kdf": "pbkdf2",
        "kdfparams": {"c": 1_000_000, "dklen": 32, "prf": "hmac-sha256", "salt": salt.hex()},
        "mac": keccak256(derived[16:] + cipher).hex()}, "version": 3, "alias": ""}
    return json.dumps(store).encode().hex()


def decrypt(password, value):
    """The text, or None for a wrong password. The value is hex of JSON, or (the old form) JSON itself."""
    crypto = json.loads(value if value.lstrip().startswith("{") else bytes.fromhex(value.strip()))["crypto"]
    params = crypto["kdfparams"]
    derived = hashlib.pbkdf2_hmac("sha256", password.encode(), bytes.fromhex(params["salt"]), params["c"], params["dklen"])
    cipher = bytes.fromhex(crypto["ciphertext"])
    if keccak256(derived[16:32] + cipher).hex() != crypto["mac"]:
        return None
    return _ctr(derived[:16], bytes.fromhex(crypto["cipherparams"]["iv"]).rjust(16, b"\0"), cipher).decode()
