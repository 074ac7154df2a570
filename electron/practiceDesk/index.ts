export { arranged, practiceByItself } from './choices';
export { isPractice } from './contexts';
export { createPracticeDesk, type PracticeDesk } from './desk';
export { startThread } from './thread';
