import { LOOK } from '../hummingbot/tradingProgram';
import { ANNOTATION } from './format';

/** Where the reporter's own account token and the cluster's certificate lie. */
export const TOKEN_PATH = '/reporter-token';

/**
 * The reporter: looks at the bot's record once a minute and writes what it found on its own pod. SIGTERM ends it at once, whatever it does. It never ends by
 * itself, so that it makes no restarts: what fails is said in its log and tried again, seldom where it is refused. Its time is the API server's, by that one's answers.
 */
export const REPORTER = `import os, signal
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
${LOOK}import http.client, random, ssl
from email.utils import parsedate_to_datetime
ahead = 0.0
def write(text):
    with open('${TOKEN_PATH}/token') as f: token = f.read().strip()
    line = http.client.HTTPSConnection(os.environ['KUBERNETES_SERVICE_HOST'], int(os.environ.get('KUBERNETES_SERVICE_PORT', 443)), timeout=20,
        context=ssl.create_default_context(cafile='${TOKEN_PATH}/ca.crt'))
    try:
        line.request('PATCH', '/api/v1/namespaces/%s/pods/%s/status?fieldManager=hummingdeck-reporter' % (os.environ['NAMESPACE'], os.environ['POD']),
            json.dumps({'metadata': {'annotations': {'${ANNOTATION.reading}': text}}}),
            {'Authorization': 'Bearer ' + token, 'Content-Type': 'application/merge-patch+json', 'Accept': 'application/json', 'User-Agent': 'hummingdeck-reporter/1'})
        answer = line.getresponse()
        answer.read()
        return answer.status, answer.getheader('Date')
    finally:
        line.close()
time.sleep(2 + random.random() * 8)
while True:
    wait = 57
    try:
        got = look('/home/hummingbot', sys.argv[1])
        got['at'] = int((time.time() + ahead) * 1000)
        status, date = write(json.dumps({k: v for k, v in got.items() if v not in (None, '')}, separators=(',', ':')))
        if date: ahead = parsedate_to_datetime(date).timestamp() + 0.5 - time.time()
        if status in (401, 403): wait = 300
        if status != 200: print('the API server answered', status, flush=True)
    except Exception as e:
        print(type(e).__name__, e, flush=True)
    time.sleep(wait + random.random() * 6)
`;
