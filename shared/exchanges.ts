/** Whether what is traded there is an exchange's own test network: Hummingbot names its connectors so. */
export const isTestNetwork = (exchange: string): boolean => /_(testnet|sandbox)$/.test(exchange);
